using Dsdn.Simulator;

if (Options.Parse(args) is not { } options)
{
    Console.Error.WriteLine(Options.Usage);
    return 2;
}
if (options.DaOutage) return options.Mutations ? Dsdn.Simulator.Outages.OutageMutation.RunAll(options.Seeds) : new Dsdn.Simulator.Outages.OutageRun(options, Console.Out).Run(options.Seed ?? 1);
if (options.Storage) return options.Mutations ? Dsdn.Simulator.Storage.StorageMutation.RunAll(options.Seeds) : new Dsdn.Simulator.Storage.StorageRun(options, Console.Out).Run(options.Seed ?? 1);
if (options.LogPermute) return Dsdn.Simulator.Permutations.PermuteRun.Run(options.Seed ?? 1, options.Seeds, Console.Out);
if (options.Wan) return Dsdn.Simulator.Wan.WanRun.Run(options);
if (options.ByzantineMajority) return Dsdn.Simulator.Forks.ForkRun.Run(options.Seed ?? 1, options.Seeds);
if (options.Mutations) return Dsdn.Simulator.Mutations.Mutation.RunAll(options.Seeds);
if (options.CrashMatrix) return MatrixRun.Run(options);
return new SeedRun(options, Console.Out).Run(options.Seed ?? 1);
