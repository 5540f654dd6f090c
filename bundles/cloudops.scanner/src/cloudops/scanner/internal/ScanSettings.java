package cloudops.scanner.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The section {@code scan} of the settings; without it the {@link Limits#DEFAULT} count. */
@Component(factory = "cloudops.scan", service = ScanSettings.class)
public final class ScanSettings {

    private static final int MOST = 1_000;

    private final Section<Limits> section;

    /** Component properties; see {@link Limits}. */
    public @interface Config {
        int accounts() default 1;

        int regions() default 10;

        int services() default 10;

        int resources() default 100;

        int iam() default 50;

        /** A span of time: {@code 1h}. */
        String permissions() default "1h";
    }

    @Activate
    public ScanSettings(Config config) {
        section = Section.of("scan", () -> new Limits(count("accounts", config.accounts()), count("regions", config.regions()),
                count("services", config.services()), count("resources", config.resources()), count("iam", config.iam()),
                Span.parse("permissions", config.permissions())));
    }

    /** @throws IllegalArgumentException when the settings make no sense; the message says what does */
    Limits limits() {
        return section.get();
    }

    private static int count(String name, int value) {
        if (value < 1 || value > MOST) {
            throw new IllegalArgumentException(name + " " + value + " is not in 1 to " + MOST);
        }
        return value;
    }
}
