package cloudops.plugins.internal;

import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.eclipse.core.runtime.IStatus;

/** What p2 has to say. */
final class Statuses {

    private Statuses() {
    }

    /** The innermost messages, which say what is wrong: the outer ones say that something is. */
    static String text(IStatus status) {
        return innermost(status).filter(each -> !each.isOK()).map(IStatus::getMessage).distinct().collect(Collectors.joining("; "));
    }

    private static Stream<IStatus> innermost(IStatus status) {
        return status.getChildren().length == 0 ? Stream.of(status) : Stream.of(status.getChildren()).flatMap(Statuses::innermost);
    }
}
