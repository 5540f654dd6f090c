package cloudops.embedding.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.jar.JarFile;

import org.junit.jupiter.api.Test;

/** Looks into the finished bundle: the model comes from outside the sources, and a build that lost it must fail here. */
class BuiltBundleIT {

    @Test
    void carriesTheModelAndItsComponent() throws IOException {
        try (var jar = new JarFile(System.getProperty("bundle"))) {
            assertThat(jar.getEntry(MiniLm.BUNDLED.network().substring(1))).isNotNull();
            assertThat(jar.getEntry(MiniLm.BUNDLED.network().substring(1)).getSize()).isGreaterThan(20_000_000);
            assertThat(jar.getEntry(MiniLm.BUNDLED.tokenizer().substring(1))).isNotNull();
            assertThat(jar.getEntry(MiniLm.BUNDLED.tokenizer().substring(1)).getSize()).isGreaterThan(400_000);
            assertThat(jar.getManifest().getMainAttributes().getValue("Service-Component")).contains("OnnxEmbedder");
        }
    }
}
