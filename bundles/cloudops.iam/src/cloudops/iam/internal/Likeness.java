package cloudops.iam.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells which resources a principal's policies cannot tell apart: each statement that has a say in the actions selects both or neither of
 * them, and both are of one service, region, account and type. Their permissions are the same as far as these policies go, so one of them can
 * be asked about for all. How many kinds there are depends on the policies and not on the number of resources. Pure.
 */
final class Likeness {

    /** Where the name of a bucket or an object would be taken for a type. */
    private static final Set<String> WITHOUT_TYPES = Set.of("s3", "sns", "sqs");

    private final boolean whole;
    private final List<PolicyStatement> statements = new ArrayList<>();

    Likeness(PrincipalPolicies policies, List<String> actions) {
        whole = policies.gaps().isEmpty() && policies.boundaryGap().isEmpty();
        var documents = new ArrayList<>(policies.identity());
        policies.boundary().ifPresent(documents::add);
        for (var document : documents) {
            document.statements().stream().filter(statement -> actions.stream().anyMatch(statement::mayConcern)).forEach(statements::add);
        }
    }

    /** @param place partition, service, region, account and type; @param selected by position of the statement */
    record Kind(String place, BitSet selected) {
    }

    /** @return empty where no other resource can be taken to be alike: policies are unread, or a match is not decided here */
    Optional<Kind> kind(String arn) {
        var segments = arn.split(":", 6);
        if (!whole || segments.length < 6) {
            return Optional.empty();
        }
        var selected = new BitSet(statements.size());
        for (int i = 0; i < statements.size(); i++) {
            switch (statements.get(i).resources().selects(arn).truth()) {
                case YES -> selected.set(i);
                case NO -> selected.clear(i);
                case UNDECIDED -> {
                    return Optional.empty();
                }
            }
        }
        var name = segments[5];
        var place = arn.substring(0, arn.length() - name.length()) + (WITHOUT_TYPES.contains(segments[2]) ? "" : type(name));
        return Optional.of(new Kind(place, selected));
    }

    private static String type(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) == '/' || name.charAt(i) == ':') {
                return name.substring(0, i);
            }
        }
        return "";
    }
}
