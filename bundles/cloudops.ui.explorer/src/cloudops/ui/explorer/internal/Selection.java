package cloudops.ui.explorer.internal;

import java.util.Objects;

import org.osgi.service.component.annotations.Component;

import cloudops.model.ResourceKey;
import cloudops.ui.Changes;

/** What is selected in the Explorer, shared by its views: a place, and a resource. Thread-safe. */
@Component(service = Selection.class)
public final class Selection {

    private final Changes changes = new Changes();
    private volatile Scope scope = Scope.ALL;
    private volatile ResourceKey resource;

    Scope scope() {
        return scope;
    }

    /** Null for none. */
    ResourceKey resource() {
        return resource;
    }

    void select(Scope place, ResourceKey key) {
        if (!place.equals(scope) || !Objects.equals(key, resource)) {
            scope = place;
            resource = key;
            changes.fire();
        }
    }

    void select(ResourceKey key) {
        select(scope, key);
    }

    Changes changes() {
        return changes;
    }
}
