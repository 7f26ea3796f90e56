using Hale.Cli;

return await CommandLine.RunAsync(args, Surroundings.OfThisProcess());
