package cloudops.iam.standin;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import cloudops.iam.standin.Entity.Kind;
import cloudops.iam.standin.Entity.Policy;

/** The principals and policies of one account, and the keys that they sign with. Thread-safe. */
public final class Account {

    /** Who calls: as a user itself, or as a session of a role. */
    record Caller(Entity entity, String session) {

        String arn() {
            return entity.kind == Kind.ROLE ? "arn:aws:sts::" + entity.account.id() + ":assumed-role/" + entity.name + "/" + session
                    : entity.arn();
        }

        String userId() {
            return entity.kind == Kind.ROLE ? entity.id + ":" + session : entity.id;
        }
    }

    private final String id;
    private final Map<String, Entity> entities = new ConcurrentHashMap<>();
    final Map<String, Policy> policies = new ConcurrentHashMap<>();
    private final Map<String, Caller> keys = new ConcurrentHashMap<>();
    /** Service control policies; an account outside of organizations has none. */
    final List<String> serviceControlPolicies = new CopyOnWriteArrayList<>();
    private final AtomicInteger ids = new AtomicInteger();

    /** @param id 12 digits */
    public Account(String id) {
        this.id = id;
    }

    public String id() {
        return id;
    }

    /** @param path {@code /} or {@code /team/} */
    public Entity create(Kind kind, String path, String name) {
        var prefix = switch (kind) {
            case USER -> "AIDA";
            case GROUP -> "AGPA";
            case ROLE -> "AROA";
        };
        var entity = new Entity(this, kind, path, name, prefix + "%016d".formatted(ids.incrementAndGet()));
        entities.put(kind + " " + name, entity);
        return entity;
    }

    /** @param document JSON */
    public Policy policy(String name, String document) {
        var policy = new Policy("arn:aws:iam::" + id + ":policy/" + name, name, document);
        policies.put(policy.arn(), policy);
        return policy;
    }

    /** Puts the account under a policy of its organization. @param document JSON */
    public void limit(String document) {
        serviceControlPolicies.add(document);
    }

    /** @param session name of the role session; anything for users */
    public void key(String accessKeyId, Entity entity, String session) {
        keys.put(accessKeyId, new Caller(entity, session));
    }

    Optional<Entity> find(Kind kind, String name) {
        return Optional.ofNullable(entities.get(kind + " " + name));
    }

    Optional<Caller> caller(String accessKeyId) {
        return Optional.ofNullable(keys.get(accessKeyId));
    }
}
