package cloudops.storage.internal;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;

/** Where the AWS regions are: {@code regions.properties}, after "Regions and Zones" in the AWS documentation. */
public final class Regions {

    private static final Properties PLACES = read();

    private Regions() {
    }

    /** City or area, such as {@code Frankfurt}; empty for a region that we do not know. */
    public static Optional<String> place(String region) {
        return Optional.ofNullable(PLACES.getProperty(region));
    }

    private static Properties read() {
        var places = new Properties();
        try (var in = new InputStreamReader(
                Objects.requireNonNull(Regions.class.getResourceAsStream("regions.properties"), "regions.properties"),
                StandardCharsets.UTF_8)) {
            places.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return places;
    }
}
