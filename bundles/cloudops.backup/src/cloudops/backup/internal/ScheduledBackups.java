package cloudops.backup.internal;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.backup.BackupManager;
import cloudops.backup.BackupManager.Outcome;
import cloudops.backup.BackupManager.Scheduled;
import cloudops.backup.S3Location;
import cloudops.model.Environment;

/**
 * Backups as the section {@code backup.schedule} of the settings wants them; without it there are none. Any process of the home that lives long
 * enough makes them: the workbench, a server, a long scan. Who has none of these calls {@code cloudops backup create --if-older-than} from cron.
 */
@Component(factory = "cloudops.backup.schedule", service = {})
public final class ScheduledBackups {

    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Pattern SPAN = Pattern.compile("(\\d{1,5})([mhd])");

    private static final Logger LOG = LoggerFactory.getLogger(ScheduledBackups.class);

    private final Optional<Scheduled> schedule;

    /** Component properties. */
    public @interface Config {
        /** How old the newest backup may become: {@code 30m}, {@code 12h}, {@code 1d}. */
        String interval() default "1d";

        /** Seconds after the start of a process before it looks for the first time: most commands are done by then. */
        int delay() default 60;

        /** Where each is copied: {@code s3://bucket/folder}; empty for nowhere. */
        String s3() default "";

        /** AWS profile for S3. */
        String profile() default "default";

        /** Region of the bucket; empty for the profile's. */
        String region() default "";
    }

    /** @throws IllegalArgumentException when the settings make no sense; the message says what does */
    @Activate
    public ScheduledBackups(Config config, @Reference Environment environment, @Reference BackupManager backups) {
        this(interval(config.interval()), copyTo(config), environment, backups, Duration.ofSeconds(Math.max(0, config.delay())));
    }

    ScheduledBackups(Duration interval, Optional<S3Location> copyTo, Environment environment, BackupManager backups, Duration first) {
        schedule = environment.readOnly() ? Optional.empty() : Optional.of(backups.schedule(interval, first, copyTo, ScheduledBackups::log));
    }

    private static void log(Outcome outcome) {
        if (outcome.failure() == null) {
            LOG.info("scheduled backup made id={}", outcome.backup().id());
        } else {
            LOG.warn("scheduled backup failed problem={}: {}", outcome.failure().problem(), outcome.failure().getMessage());
        }
    }

    static Duration interval(String text) {
        var span = SPAN.matcher(text.toLowerCase(Locale.ROOT));
        if (span.matches()) {
            long count = Long.parseLong(span.group(1));
            var interval = switch (span.group(2)) {
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                default -> Duration.ofDays(count);
            };
            if (interval.compareTo(SHORTEST) >= 0) {
                return interval;
            }
        }
        throw new IllegalArgumentException("interval '" + text + "' is no span of time; try: 12h, 1d");
    }

    private static Optional<S3Location> copyTo(Config config) {
        return config.s3().isEmpty() ? Optional.empty()
                : Optional.of(S3Location.parse(config.s3(), config.profile(), config.region().isEmpty() ? null : config.region()));
    }

    @Deactivate
    public void close() {
        schedule.ifPresent(Scheduled::close);
    }
}
