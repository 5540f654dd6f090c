package cloudops.iam.standin;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A user, a group or a role, with what hangs on it. */
public final class Entity {

    /** What an entity is; its name in lower case is in ARNs. */
    public enum Kind {
        USER, GROUP, ROLE
    }

    final Account account;
    final Kind kind;
    final String path;
    final String name;
    final String id;
    /** Name of an inline policy → its text. */
    final Map<String, String> inline = new ConcurrentSkipListMap<>();
    final List<Policy> attached = new CopyOnWriteArrayList<>();
    final List<Entity> groups = new CopyOnWriteArrayList<>();
    private volatile Policy boundary;

    Entity(Account account, Kind kind, String path, String name, String id) {
        this.account = account;
        this.kind = kind;
        this.path = path;
        this.name = name;
        this.id = id;
    }

    public String arn() {
        return "arn:aws:iam::" + account.id() + ":" + kind.name().toLowerCase(Locale.ROOT) + path + name;
    }

    /** Unique ID, such as {@code AIDA…}. */
    public String id() {
        return id;
    }

    /** @param document JSON; written over one of the same name */
    public Entity inline(String policyName, String document) {
        inline.put(policyName, document);
        return this;
    }

    public Entity attach(Policy policy) {
        attached.add(policy);
        return this;
    }

    public Entity bound(Policy policy) {
        boundary = policy;
        return this;
    }

    public Entity join(Entity group) {
        groups.add(group);
        return this;
    }

    Optional<Policy> boundary() {
        return Optional.ofNullable(boundary);
    }

    /** @param document JSON */
    public record Policy(String arn, String name, String document) {
    }
}
