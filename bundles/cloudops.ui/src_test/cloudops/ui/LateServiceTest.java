package cloudops.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.ComponentServiceObjects;

class LateServiceTest {

    private final LateService<String> service = new LateService<>("estate storage");

    @Test
    void isMissingByName() {
        assertThat(service.present()).isFalse();
        assertThatThrownBy(service::get).isInstanceOf(MissingServiceException.class).hasMessage("The estate storage is not running");
    }

    @Test
    void isMadeAtFirstUseAndGivenBackOnce() throws Exception {
        var objects = new Objects("a");
        service.bind(objects);
        assertThat(objects.taken).isEmpty();
        assertThat(service.get()).isEqualTo("a").isSameAs(service.get());
        assertThat(objects.taken).hasSize(1);
        service.unbind(objects);
        assertThat(objects.taken).isEmpty();
        assertThat(service.present()).isFalse();
    }

    @Test
    void betterServiceTakesThePlaceBeforeTheOldOneGoes() throws Exception {
        var old = new Objects("old");
        var better = new Objects("better");
        service.bind(old);
        service.get();
        service.bind(better);
        service.unbind(old);
        assertThat(service.get()).isEqualTo("better");
        assertThat(old.taken).isEmpty();
    }

    private static final class Objects implements ComponentServiceObjects<String> {
        private final String value;
        private final List<String> taken = new ArrayList<>();

        Objects(String value) {
            this.value = value;
        }

        @Override
        public String getService() {
            taken.add(value);
            return value;
        }

        @Override
        public void ungetService(String service) {
            taken.remove(service);
        }

        @Override
        public ServiceReference<String> getServiceReference() {
            return null;
        }
    }
}
