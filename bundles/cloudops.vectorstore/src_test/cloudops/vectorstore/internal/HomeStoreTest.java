package cloudops.vectorstore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import cloudops.vectorstore.Filter;
import cloudops.vectorstore.MapStore;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStore;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.VectorStores;
import cloudops.vectorstore.spi.OpenStore;

class HomeStoreTest {

    private String own;

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
    void writesNothingToAPlaceThatTheHomeHasLeft() throws Exception {
        own = "map:";
        var store = new HomeStore(stores(null));
        store.ensureCollection("points", 2);
        own = "map:elsewhere";

        var point = new Point(new UUID(0, 1), new float[] { 1, 2 }, Map.of(), new byte[0]);
        for (ThrowingCallable write : List.<ThrowingCallable>of(() -> store.upsert("points", List.of(point)), () -> store.delete("points", List.of()),
                () -> store.ensureCollection("other", 2), () -> store.restore(List.of()), () -> store.snapshot(List.of("points")))) {
            var thrown = catchThrowableOfType(VectorStoreException.class, write);
            assertThat(thrown).hasMessageContaining("moved from map: to map:elsewhere").hasMessageContaining("start the program again");
        }
        assertThat(store.count("points", Filter.ALL)).isZero();
    }

    @Test
    void saysThatItIsClosed() throws Exception {
        var store = new HomeStore(stores("map:"));
        store.ensureCollection("points", 2);
        store.close();
        assertThat(catchThrowableOfType(VectorStoreException.class, () -> store.count("points", Filter.ALL))).hasMessageContaining("closed");
        assertThat(opened).hasValue(1);
    }

    @Test
    void saysThatTheSettingsAreWrong() {
        var thrown = catchThrowableOfType(VectorStoreException.class, () -> new HomeStore(stores("nonsense:")).count("points", Filter.ALL));

        assertThat(thrown.problem()).isEqualTo(Problem.IO);
        assertThat(thrown).hasMessageContaining("settings").hasMessageContaining("nonsense:");
    }

    private VectorStores stores(String address) {
        return new VectorStores() {

            @Override
            public String own() {
                return address == null ? own : address;
            }

            @Override
            public OpenStore open(String wanted) {
                if (!wanted.equals("map:")) {
                    throw new IllegalArgumentException(wanted + " is no address");
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
