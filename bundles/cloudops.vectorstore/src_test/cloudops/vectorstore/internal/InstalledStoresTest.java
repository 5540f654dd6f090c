package cloudops.vectorstore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.model.Environment;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.spi.OpenStore;
import cloudops.vectorstore.spi.VectorStoreProvider;

class InstalledStoresTest {

    @TempDir
    Path home;

    private final List<String> asked = new ArrayList<>();
    private InstalledStores stores;

    @BeforeEach
    void install() {
        stores = stores(Duration.ofMillis(50));
    }

    private InstalledStores stores(Duration patience) {
        return new InstalledStores(new Environment(home, home, home, Optional.empty(), false, false), patience);
    }

    private VectorStoreProvider provider(String scheme) {
        return new VectorStoreProvider() {
            @Override
            public Set<String> schemes() {
                return Set.of(scheme);
            }

            @Override
            public OpenStore open(String address, Path at) throws VectorStoreException {
                asked.add(address + " " + at);
                throw new VectorStoreException(Problem.UNREACHABLE, "only a test", null);
            }
        };
    }

    @Test
    void withoutSettingsTheStoreIsInTheHome() throws Exception {
        assertThat(stores.own()).isEqualTo("lucene:");
        settings("{\"events\": {}}");
        assertThat(stores.own()).isEqualTo("lucene:");
    }

    @Test
    void theSettingsDecide() throws Exception {
        settings("{\"store\": {\"url\": \"qdrant://h\"}}");
        assertThat(stores.own()).isEqualTo("qdrant://h");
    }

    @Test
    void doesNotGuessWhatUnreadableSettingsMean() throws Exception {
        for (var broken : List.of("{", "[]", "", "{\"store\": {\"url\": 5}}", "{\"store\": {\"url\": null}}", "{\"store\": {\"url\": \" \"}}",
                "{\"store\": {\"url\": {}}}")) {
            settings(broken);
            var thrown = catchThrowableOfType(VectorStoreException.class, stores::own);
            assertThat(thrown).as(broken).isNotNull().hasMessageContaining("settings.json").hasMessageContaining("try: ");
            assertThat(catchThrowableOfType(VectorStoreException.class, new HomeStore(stores)::close)).isNull();
        }
    }

    @Test
    void choosingLeavesTheOtherSettings() throws Exception {
        stores.choose("lucene:/a");
        assertThat(stores.own()).isEqualTo("lucene:/a");
        settings("{\"events\": {\"file\": {\"path\": \"/x\"}}, \"store\": {\"other\": 1, \"url\": \"lucene:\"}}");

        stores.choose("qdrants://h:1?ca_file=/ü \\\"");

        assertThat(stores.own()).isEqualTo("qdrants://h:1?ca_file=/ü \\\"");
        assertThat(Files.readString(home.resolve("settings.json"))).contains("/x").contains("other");
        try (var files = Files.list(home)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void opensByScheme() {
        stores.addProvider(provider("one"));
        var two = provider("two");
        stores.addProvider(two);

        assertThat(catchThrowableOfType(VectorStoreException.class, () -> stores.open("two:x")).problem()).isEqualTo(Problem.UNREACHABLE);
        assertThat(asked).containsExactly("two:x " + home);
        stores.removeProvider(two);
        for (var address : List.of("two:x", "", "nonsense", ":", "ones:x")) {
            assertThatIllegalArgumentException().isThrownBy(() -> stores.open(address)).withMessageContaining("try one of: one:");
        }
    }

    @Test
    void waitsForAProviderThatIsStillStarting() {
        stores = stores(Duration.ofSeconds(30));
        var opening = CompletableFuture.supplyAsync(() -> catchThrowableOfType(VectorStoreException.class, () -> stores.open("late:")));
        stores.addProvider(provider("late"));

        assertThat(opening.join().problem()).isEqualTo(Problem.UNREACHABLE);
    }

    private void settings(String json) throws IOException {
        Files.writeString(home.resolve("settings.json"), json);
    }
}
