package cloudops.vectorstore.internal;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

import cloudops.vectorstore.VectorStore;

class HomeStoreTest {

    /** A default implementation that is not handed on works, and takes a hundred times as long as the store's own. */
    @Test
    void handsOnEverythingThatAStoreCanDo() {
        for (var method : VectorStore.class.getMethods()) {
            assertThatCode(() -> HomeStore.class.getDeclaredMethod(method.getName(), method.getParameterTypes())).as(method.toString())
                    .doesNotThrowAnyException();
        }
    }
}
