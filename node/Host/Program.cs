using System.CommandLine;
using Dsdn.Host;

var root = new RootCommand("DSDN");
root.Subcommands.Add(NodeCommand.Create([]));
return await root.Parse(args).InvokeAsync();
