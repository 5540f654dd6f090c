package cloudops.iam.internal;

import java.util.List;
import java.util.Optional;

/**
 * All that could be read of what limits a principal.
 *
 * @param context what policies may ask about the principal
 * @param identity its own policies and those of its groups
 * @param gaps policies or lists of policies that could not be read, each said for people: they might allow or deny anything
 * @param boundary its permissions boundary, if it has one that could be read
 * @param boundaryGap why it is not known whether there is a boundary or what it says
 * @param passing whether a gap may close by itself soon (throttling, no connection)
 * @param unreachable why AWS could not be asked as the principal at all
 */
record PrincipalPolicies(ContextKeys context, List<PolicyDocument> identity, List<String> gaps, Optional<PolicyDocument> boundary,
        Optional<String> boundaryGap, boolean passing, Optional<String> unreachable) {
}
