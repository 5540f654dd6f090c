package cloudops.ui.explorer.internal;

import java.util.Locale;

/** Services and types in words. */
final class TypeNames {

    private static final int LONGEST_ABBREVIATION = 3;

    private TypeNames() {
    }

    /** {@code RDS} for {@code rds}, {@code Lambda} for {@code lambda}. */
    static String service(String service) {
        if (service.length() <= LONGEST_ABBREVIATION) {
            return service.toUpperCase(Locale.ROOT);
        }
        return service.substring(0, 1).toUpperCase(Locale.ROOT) + service.substring(1);
    }

    /** {@code RDS instance} for {@code rds_instance}. */
    static String type(String resourceType) {
        var underscore = resourceType.indexOf('_');
        return underscore <= 0 ? resourceType
                : service(resourceType.substring(0, underscore)) + " " + resourceType.substring(underscore + 1).replace('_', ' ');
    }
}
