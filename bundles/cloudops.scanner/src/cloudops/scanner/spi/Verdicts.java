package cloudops.scanner.spi;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import cloudops.model.ResourceConstraints;

/**
 * Builds {@link ResourceConstraints} from checks. A verdict is false when a check fails, with the reasons of all that fail; else null when a
 * check is not known, with the reasons of those; else true. Not thread-safe.
 */
public final class Verdicts {

    private final Map<String, Boolean> verdicts = new LinkedHashMap<>();
    private final Map<String, String> reasons = new LinkedHashMap<>();
    private final Map<String, Object> custom = new LinkedHashMap<>();

    public Verdicts canStop(Check... checks) {
        return judge("can_stop", checks);
    }

    public Verdicts canStart(Check... checks) {
        return judge("can_start", checks);
    }

    /** For what never runs. @param reason why it can neither be stopped nor started: {@code a queue does not run} */
    public Verdicts neverRuns(String reason) {
        return canStop(Check.no(reason)).canStart(Check.no(reason));
    }

    public Verdicts canDelete(Check... checks) {
        return judge("can_delete", checks);
    }

    /** @param verdict null for "not known" @param reason in any case worth saying; null for none */
    public Verdicts hasBackups(Boolean verdict, String reason) {
        return put("has_backups", verdict, reason);
    }

    /** @param verdict null for "not known" @param reason such as {@code 2 attached volumes}; null for none */
    public Verdicts hasDependencies(Boolean verdict, String reason) {
        return put("has_dependencies", verdict, reason);
    }

    /** Adds a fact of the type, a JSON value, such as {@code multi_az}; nothing for null. */
    public Verdicts custom(String name, Object value) {
        if (value != null) {
            custom.put(name, value);
        }
        return this;
    }

    /** What was judged; verdicts that were not are null. */
    public ResourceConstraints build() {
        return new ResourceConstraints(verdicts.get("can_stop"), verdicts.get("can_start"), verdicts.get("can_delete"),
                verdicts.get("has_backups"), verdicts.get("has_dependencies"), custom, reasons);
    }

    private Verdicts judge(String name, Check... checks) {
        Boolean verdict = Boolean.TRUE;
        if (Arrays.stream(checks).anyMatch(check -> Boolean.FALSE.equals(check.holds()))) {
            verdict = Boolean.FALSE;
        } else if (Arrays.stream(checks).anyMatch(check -> check.holds() == null)) {
            verdict = null;
        }
        return put(name, verdict, reasons(verdict, checks));
    }

    private static String reasons(Boolean verdict, Check... checks) {
        var reasons = Arrays.stream(checks).filter(check -> Objects.equals(check.holds(), verdict)).map(Check::reason)
                .filter(Objects::nonNull).toList();
        return reasons.isEmpty() ? null : String.join("; ", reasons);
    }

    private Verdicts put(String name, Boolean verdict, String reason) {
        verdicts.put(name, verdict);
        if (reason != null) {
            reasons.put(name, reason);
        }
        return this;
    }
}
