package cloudops.request.internal;

import java.util.List;
import java.util.Map;

import cloudops.model.AwsResource;

/**
 * Tells a resource from what was taken of it and bears its name: who says "stop pg-main" means the database, not its snapshots. Who means the
 * snapshots names them, or their type.
 */
final class Originals {

    /** The relation of a copy to what it is one of, as scanners write it. */
    private static final String TAKEN_OF = "snapshot_of";

    private Originals() {
    }

    /** Without the snapshots of others among them. */
    static List<AwsResource> of(List<AwsResource> resources) {
        return resources.stream().filter(each -> resources.stream().noneMatch(other -> isTakenOf(each, other))).toList();
    }

    private static boolean isTakenOf(AwsResource copy, AwsResource original) {
        return copy.accountId().equals(original.accountId()) && copy.region().equals(original.region())
                && copy.metadata().get("relations") instanceof List<?> relations
                && relations.stream().anyMatch(relation -> relation instanceof Map<?, ?> link && TAKEN_OF.equals(link.get("type"))
                        && (original.identifier().equals(link.get("target")) || original.arn().equals(link.get("target"))));
    }
}
