namespace Hale.Web.Contract;

/// <summary>The groups of containers that the engine has.</summary>
/// <param name="Names">Groups that may be brought up: their files without the ending.</param>
/// <param name="Groups">Those that there are.</param>
public sealed record ContainerGroupsDto(IReadOnlyList<string> Names, IReadOnlyList<ContainerGroupDto> Groups);

/// <summary>How a group of containers stands.</summary>
/// <param name="Session">Whose group.</param>
/// <param name="Containers">Its containers, by member and number.</param>
/// <param name="Networks">Its networks.</param>
/// <param name="Volumes">Its volumes.</param>
/// <param name="Holders">Who wants it, or changes it now.</param>
/// <param name="Until">When its last lease is over; null when there is none, or one without end.</param>
/// <param name="Forgotten">Nobody wants it any more.</param>
public sealed record ContainerGroupDto(
    string Session, IReadOnlyList<ContainerGroupPartDto> Containers, IReadOnlyList<string> Networks, IReadOnlyList<string> Volumes,
    IReadOnlyList<ContainerGroupHolderDto> Holders, DateTimeOffset? Until, bool Forgotten);

/// <summary>A container of a group.</summary>
/// <param name="Member">The member.</param>
/// <param name="Number">Which of its containers, from 1.</param>
/// <param name="Kind">The kind of the member; null for none.</param>
/// <param name="State">As the engine says: <c>running</c>, <c>exited</c>.</param>
/// <param name="Name">Its name in the engine.</param>
/// <param name="Id">Its id.</param>
public sealed record ContainerGroupPartDto(string Member, int Number, string? Kind, string State, string Name, string Id);

/// <summary>Somebody who wants a group, or changes it.</summary>
/// <param name="Who">In words.</param>
/// <param name="AtWork">It changes the group.</param>
/// <param name="Until">Until when, unless renewed; null for without end.</param>
/// <param name="Over">Nobody stands behind it any more.</param>
public sealed record ContainerGroupHolderDto(string Who, bool AtWork, DateTimeOffset? Until, bool Over);

/// <summary>How bringing a group up ended.</summary>
/// <param name="Session">Whose group.</param>
/// <param name="Ready">All members are ready.</param>
/// <param name="Reason">One line: that all are ready, or which member, which step, and why.</param>
/// <param name="Took">How long it took, in seconds.</param>
/// <param name="Members">What became of each container.</param>
/// <param name="Left">What could not be taken back.</param>
public sealed record ContainerGroupUpDto(string Session, bool Ready, string Reason, double Took, IReadOnlyList<ContainerGroupMemberDto> Members, IReadOnlyList<string> Left);

/// <summary>What became of one container of a member.</summary>
/// <param name="Name">Name of the member, with a number where it has several.</param>
/// <param name="Ready">It is ready.</param>
/// <param name="Reused">It ran before, and was proved ready again.</param>
/// <param name="Container">The name of the container; null when there is none.</param>
/// <param name="Endpoint">Address and port; empty when it serves nothing.</param>
/// <param name="Trouble">What went wrong; null when nothing did.</param>
public sealed record ContainerGroupMemberDto(string Name, bool Ready, bool Reused, string? Container, string Endpoint, string? Trouble);

/// <summary>What came of taking groups down.</summary>
/// <param name="Groups">One for each.</param>
public sealed record ContainerGroupsDownDto(IReadOnlyList<ContainerGroupDownDto> Groups);

/// <summary>What came of taking a group down.</summary>
/// <param name="Session">Whose group.</param>
/// <param name="Removed">What was taken away.</param>
/// <param name="Kept">Volumes that outlive the group.</param>
public sealed record ContainerGroupDownDto(string Session, IReadOnlyList<string> Removed, IReadOnlyList<string> Kept);
