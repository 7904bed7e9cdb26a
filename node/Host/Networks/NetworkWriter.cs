using System.Security.Cryptography;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Wallet.Keystore;
using Dsdn.Genesis;
using Dsdn.Node.Attestation;
using Dsdn.Node.Configuration;
using Dsdn.Node.Validation;
using Dsdn.Sdk.Accounts;

namespace Dsdn.Host.Networks;

/// <summary>What was written for one validator.</summary>
/// <param name="NodeId">Its public node key: how peers know it.</param>
internal sealed record WrittenHome(HomeFolder Folder, Hash256 NodeId, Hash256 ConsensusKey, Address Operator, Endpoints Endpoints);

internal sealed record WrittenNetwork(string Genesis, ulong ChainId, Hash256 GenesisHash, IReadOnlyList<WrittenHome> Homes);

/// <summary>Writes a network: genesis, and a home for each validator. All of it, or nothing.</summary>
/// <param name="wallet">Cost of guessing the passwords of operator keys.</param>
/// <param name="key">The same for consensus keys.</param>
internal sealed class NetworkWriter(ScryptCost wallet, Argon2Cost key)
{
    private const int PasswordBytes = 24;
    private const string Unfinished = ".partial";

    public NetworkWriter()
        : this(ScryptCost.Standard, Argon2Cost.Standard)
    {
    }

    /// <exception cref="Sdk.Errors.DsdnException">the plan cannot be carried out, or the folder exists; nothing was written</exception>
    public WrittenNetwork Write(NetworkPlan plan)
    {
        plan.Check();
        string directory = Path.GetFullPath(plan.Directory);
        string unfinished = directory + Unfinished;
        if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
        PrivateFile.CreateFolder(unfinished);
        try
        {
            NewHome[] homes = [.. Enumerable.Range(0, plan.Endpoints.Count).Select(i => Make(plan, HomeFolder.Of(unfinished, i), i))];
            GenesisSpec spec = Spec(plan, homes, plan.IsDevelopment ? null : NewCommittee(plan, homes[0]));
            string text = SpecWriter.File(spec);
            HomeConfiguration.Write(Path.Combine(unfinished, HomeFolder.GenesisName), text);
            Hash256[] nodeIds = [.. homes.Select(static home => home.NodeId)];
            for (int i = 0; i < homes.Length; i++)
            {
                HomeConfiguration.Write(homes[i].Folder.Genesis, text);
                HomeConfiguration.Write(homes[i].Folder.Configuration, HomeConfiguration.Text(i, plan.Endpoints, nodeIds, plan.IsDevelopment, plan.BlockTime));
            }
            Directory.Move(unfinished, directory);
            return new WrittenNetwork(
                Path.Combine(directory, HomeFolder.GenesisName), spec.ChainId, GenesisBuilder.Build(spec).Block.Hash,
                [.. homes.Select((home, i) => new WrittenHome(HomeFolder.Of(directory, i), home.NodeId, home.Validator.ConsensusKey, home.Validator.Operator, plan.Endpoints[i]))]);
        }
        catch
        {
            Directory.Delete(unfinished, recursive: true);
            throw;
        }
    }

    private NewHome Make(NetworkPlan plan, HomeFolder folder, int number)
    {
        PrivateFile.CreateFolder(folder.Path);
        PrivateFile.CreateFolder(folder.Data);
        PrivateFile.CreateFolder(folder.Signer);
        LastSignFile.CreateWithKey(folder.LastSign);
        AttestationStore.CreateWithKey(folder.Attestations);
        string? password = plan.IsDevelopment ? null : NewPassword(folder);
        Hash256 nodeId = NodeKeyFile.IdOf(NodeKeyFile.OpenOrCreate(folder.NodeKey, password));
        return new NewHome(folder, nodeId, password is null ? PublicValidator(plan, number) : NewValidator(plan, folder, password));
    }

    private static SpecValidator PublicValidator(NetworkPlan plan, int number) => GenesisTemplates.Devnet(plan.Endpoints.Count).Validators[number];

    private static string NewPassword(HomeFolder folder)
    {
        string password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(PasswordBytes));
        PrivateFile.Write(folder.Password, password + "\n", overwrite: false);
        return password;
    }

    /// <summary>A fresh consensus key and operator account.</summary>
    private SpecValidator NewValidator(NetworkPlan plan, HomeFolder folder, string password)
    {
        using Wallet words = Wallet.Create();
        using Account account = words.Account(0);
        new KeyDirectory(folder.Keys, wallet).Add(HomeFolder.OperatorKeyName, account, password);
        using NodeKey consensus = NodeKey.Create(NodeKey.ConsensusKind);
        consensus.Save(folder.ConsensusKey, password, key);
        return new SpecValidator(
            account.Address, consensus.PublicKey, consensus.Sign(Modules.ProofOfPossession.ConsensusMessage(plan.ChainId, account.Address, consensus.PublicKey)),
            account.Address, 2_000, plan.Stake, Share.EarlyNodes);
    }

    /// <summary>The log begins with a committee of one: the first validator, under a key of its own.</summary>
    private SpecCommittee NewCommittee(NetworkPlan plan, NewHome home)
    {
        PrivateFile.CreateFolder(home.Folder.Coordinator);
        using NodeKey committee = NodeKey.Create(NodeKey.CommitteeKind);
        committee.Save(home.Folder.CommitteeKey, File.ReadLines(home.Folder.Password).First(), key);
        byte[] proof = committee.Sign(Modules.ProofOfPossession.CommitteeMessage(plan.ChainId, home.Validator.Operator, committee.PublicKey));
        return new SpecCommittee(home.Validator.Operator, committee.PublicKey, proof);
    }

    private static GenesisSpec Spec(NetworkPlan plan, IReadOnlyList<NewHome> homes, SpecCommittee? committee)
    {
        if (plan.IsDevelopment) return GenesisTemplates.Devnet(homes.Count);
        GenesisSpec spec = GenesisTemplates.Private(
            plan.Name, plan.ChainId, plan.GenesisTimeMs, [.. homes.Select(static home => home.Validator)],
            [.. homes.Select(static home => new SpecAccount(home.Validator.Operator, NetworkPlan.OperatorBalance, Share.EarlyNodes))]);
        return spec with { Committee = committee, Staking = spec.Staking with { ValidatorsMax = NetworkPlan.ValidatorsMax } };
    }

    private sealed record NewHome(HomeFolder Folder, Hash256 NodeId, SpecValidator Validator);
}
