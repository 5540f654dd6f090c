package cloudops.scan.tests;

import static cloudops.scanner.ScanResult.ScopeStatus.COMPLETE;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import cloudops.model.AwsResource;
import cloudops.model.ResourceKey;
import cloudops.scanner.ScanResult;
import cloudops.scanner.ScanResult.Scope;
import cloudops.scanner.spi.ScanContext;

/**
 * A stored resource in every scope of an estate that AWS does not have: the next scan with clean-up must remove those of COMPLETE scopes, and
 * nothing else.
 */
final class Ghosts {

    private final Home home;
    private final String account;
    private final Map<ResourceKey, AwsResource> real;
    private final Map<ResourceKey, AwsResource> ghosts;

    /** Haunts a home that was just scanned. @param account this one of its accounts; null for all */
    Ghosts(Home home, String account) throws Exception {
        this.home = home;
        this.account = account;
        this.real = stored();
        var byScope = new TreeMap<String, AwsResource>();
        for (var resource : real.values()) {
            var ghost = Home.copy(resource, "ghost-" + resource.identifier(), "ghost");
            byScope.merge(resource.accountId() + " " + resource.region() + " " + resource.resourceType(), ghost,
                    (one, other) -> one.identifier().compareTo(other.identifier()) < 0 ? one : other);
        }
        this.ghosts = byScope.values().stream().collect(toMap(AwsResource::key, ghost -> ghost));
        assertThat(ghosts).isNotEmpty();
        comeBack();
    }

    /** Stores all that were there in the beginning, the real ones and the ghosts. */
    void comeBack() throws Exception {
        home.store(real.values());
        home.store(ghosts.values());
    }

    /** Whatever happened: only ghosts are gone, all of COMPLETE scopes and none of others, and the result counts them. */
    void assertOnlyTheseAreGoneFromCompleteScopes(ScanResult result) throws Exception {
        var left = stored();
        var unlaid = ghosts.keySet().stream().filter(ghost -> scope(ghost, result).status() != COMPLETE).toList();
        assertThat(left.keySet()).as("real resources").containsAll(real.keySet());
        assertThat(left.keySet().stream().filter(ghosts::containsKey)).as("what AWS has no more, in scopes that are not COMPLETE")
                .containsExactlyInAnyOrderElementsOf(unlaid);
        assertThat(result.deleted()).as("deleted").isEqualTo(ghosts.size() - unlaid.size());
        assertThat(left.entrySet().stream().filter(each -> real.containsKey(each.getKey()) && scope(each.getKey(), result).status() == COMPLETE))
                .as("resources of COMPLETE scopes, whole").allSatisfy(each -> assertThat(each.getValue()).isEqualTo(real.get(each.getKey())));
    }

    private Map<ResourceKey, AwsResource> stored() throws Exception {
        var stored = home.stored();
        stored.keySet().removeIf(key -> account != null && !account.equals(key.accountId()));
        return stored;
    }

    private static Scope scope(ResourceKey key, ScanResult result) {
        List<Scope> scopes = result.scopes().stream().filter(scope -> key.resourceType().equals(scope.resourceType())
                && key.accountId().equals(scope.accountId())
                && (key.region().equals(scope.region()) || ScanContext.GLOBAL_REGION.equals(scope.region()))).toList();
        assertThat(scopes).as("scopes of %s", key).hasSize(1);
        return scopes.getFirst();
    }
}
