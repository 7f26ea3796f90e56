using Hale.Cli;

// Not awaited: most commands have ended when the call returns, and an asynchronous Main would be compiled at each start.
return CommandLine.RunAsync(args, Surroundings.OfThisProcess()).GetAwaiter().GetResult();
