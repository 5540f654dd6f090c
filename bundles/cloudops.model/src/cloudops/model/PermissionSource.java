package cloudops.model;

/** How the permissions of a resource were found. */
public enum PermissionSource {
    /** AWS itself answered (IAM SimulatePrincipalPolicy). */
    SIMULATED,
    /** The principal's identity policies were evaluated on this machine. */
    EVALUATED,
    /** Nobody could tell; {@link IamPermissions#reason()} says why. */
    UNKNOWN
}
