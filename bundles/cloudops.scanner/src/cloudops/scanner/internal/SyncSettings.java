package cloudops.scanner.internal;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The section {@code sync} of the settings; without it the {@link #DEFAULT} counts. */
@Component(factory = "cloudops.sync", service = SyncSettings.class)
public final class SyncSettings {

    static final Plan DEFAULT = new Plan(Duration.ofHours(6), Duration.ofMinutes(15), List.of(), Optional.empty());

    private static final Logger LOG = LoggerFactory.getLogger(SyncSettings.class);

    private static final Pattern QUEUE_HOST = Pattern.compile("sqs\\.([a-z0-9-]+)\\.amazonaws\\.com(\\.cn)?");

    private final Section<Plan> section;

    /** Component properties; two underscores of a method are one of its property (Declarative Services, "Component Property Type Mapping"). */
    public @interface Config {
        /** How old the last full scan may become: {@code 6h}. */
        String full() default "6h";

        /** How old the last scan may become: {@code 15m}. */
        String incremental() default "15m";

        /** AWS profiles that are scanned where the command names none. */
        String[] profiles() default {};

        /** URL of an SQS queue of EventBridge events; empty for none. */
        String queue() default "";

        /** AWS profile for the queue; empty for the first that is scanned. */
        String queue__profile() default "";

        /** Region of the queue; empty for that in its URL, else the profile's. */
        String queue__region() default "";
    }

    /**
     * @param full how old the last full scan may become
     * @param incremental how old the last scan may become
     * @param profiles scanned where nobody names others
     */
    record Plan(Duration full, Duration incremental, List<String> profiles, Optional<Queue> queue) {
    }

    /**
     * @param profile empty for the first that is scanned
     * @param region null for the profile's
     */
    record Queue(String url, String profile, String region) {
    }

    @Activate
    public SyncSettings(Config config) {
        section = Section.of("sync", () -> new Plan(Span.parse("full", config.full()), Span.parse("incremental", config.incremental()),
                List.of(config.profiles()), config.queue().isBlank() ? Optional.empty() : Optional.of(queue(config))));
    }

    /** @throws IllegalArgumentException when the settings make no sense; the message says what does */
    Plan plan() {
        return section.get();
    }

    private static Queue queue(Config config) {
        var url = config.queue().strip();
        String host = null;
        try {
            var uri = URI.create(url);
            host = uri.getUserInfo() == null && List.of("https", "http").contains(String.valueOf(uri.getScheme())) ? uri.getHost() : null;
        } catch (IllegalArgumentException e) {
            // its message repeats the text, which may hold a secret: it is said below what is wrong
            LOG.debug("queue is no URI: {}", e.getClass().getName());
        }
        if (host == null) {
            throw new IllegalArgumentException("queue is no URL of an SQS queue; try: https://sqs.us-east-1.amazonaws.com/123456789012/changes");
        }
        var named = QUEUE_HOST.matcher(host);
        var region = !config.queue__region().isBlank() ? config.queue__region().strip() : named.matches() ? named.group(1) : null;
        return new Queue(url, config.queue__profile().strip(), region);
    }
}
