namespace Bobbin.Tests;
