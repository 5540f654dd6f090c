package cloudops.vectorstore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import cloudops.vectorstore.Filter;
import cloudops.vectorstore.MapStore;
import cloudops.vectorstore.VectorStore;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.VectorStores;
import cloudops.vectorstore.spi.OpenStore;

class HomeStoreTest {

    private final AtomicInteger opened = new AtomicInteger();

    @Test
    void leavesEveryMethodToTheStore() {
        for (Method method : VectorStore.class.getMethods()) {
            assertThat(Arrays.stream(HomeStore.class.getDeclaredMethods()).filter(own -> own.getName().equals(method.getName()))
                    .map(Method::getParameterTypes).map(List::of)).as("one that is not passed on is done in the slow way that suits all stores")
                    .contains(List.of(method.getParameterTypes()));
        }
    }

    @Test
    void opensTheStoreWhenItIsUsed() throws Exception {
        var store = new HomeStore(stores("map:"));
        assertThat(opened).hasValue(0);

        store.ensureCollection("points", 2);
        assertThat(store.count("points", Filter.ALL)).isZero();

        assertThat(opened).hasValue(1);
        store.close();
        store.close();
    }

    @Test
    void saysThatTheSettingsAreWrong() {
        var thrown = catchThrowableOfType(VectorStoreException.class, () -> new HomeStore(stores("nonsense:")).count("points", Filter.ALL));

        assertThat(thrown.problem()).isEqualTo(Problem.IO);
        assertThat(thrown).hasMessageContaining("settings").hasMessageContaining("nonsense:");
    }

    private VectorStores stores(String own) {
        return new VectorStores() {

            @Override
            public String own() {
                return own;
            }

            @Override
            public OpenStore open(String address) {
                if (!address.equals("map:")) {
                    throw new IllegalArgumentException(address + " is no address");
                }
                opened.incrementAndGet();
                return new MapStore();
            }

            @Override
            public void choose(String address) {
                throw new UnsupportedOperationException();
            }
        };
    }
}
