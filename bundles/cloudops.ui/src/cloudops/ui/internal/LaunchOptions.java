package cloudops.ui.internal;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import cloudops.model.Environment;

/**
 * What the command line says. Arguments with one dash belong to the platform and are passed over with their values; ours have two.
 *
 * @param home {@code --home}, else {@code CLOUDOPS_HOME}, else {@code ~/.cloudops}
 * @param awsConfigFile {@code AWS_CONFIG_FILE}, else {@code ~/.aws/config}
 * @param awsCredentialsFile {@code AWS_SHARED_CREDENTIALS_FILE}, else {@code ~/.aws/credentials}
 * @param endpointUrl {@code --endpoint-url}
 * @param readOnly {@code --read-only}
 * @param demo {@code --demo}
 */
record LaunchOptions(Path home, Path awsConfigFile, Path awsCredentialsFile, Optional<URI> endpointUrl, boolean readOnly, boolean demo) {

    /** @throws IllegalArgumentException for an unknown option or a bad value, with a message for people */
    static LaunchOptions parse(String[] arguments, Map<String, String> variables, Path userHome) {
        var home = path(variables, "CLOUDOPS_HOME", userHome.resolve(".cloudops"));
        var endpoint = Optional.<URI>empty();
        var readOnly = false;
        var demo = false;
        for (var i = 0; i < arguments.length; i++) {
            var equals = arguments[i].indexOf('=');
            var option = equals < 0 ? arguments[i] : arguments[i].substring(0, equals);
            switch (option) {
                case "--home" -> {
                    home = Path.of(equals < 0 ? next(arguments, ++i, option) : arguments[i].substring(equals + 1));
                }
                case "--endpoint-url" -> {
                    endpoint = Optional.of(url(equals < 0 ? next(arguments, ++i, option) : arguments[i].substring(equals + 1)));
                }
                case "--read-only" -> readOnly = true;
                case "--demo" -> demo = true;
                default -> {
                    if (option.startsWith("--")) {
                        throw new IllegalArgumentException("unknown option " + option
                                + "; the workbench knows --home DIR, --endpoint-url URL, --read-only and --demo");
                    }
                }
            }
        }
        var aws = path(variables, "HOME", userHome).resolve(".aws"); // to the AWS CLI, the variable counts more than the system's list of users
        return new LaunchOptions(home.toAbsolutePath().normalize(), path(variables, "AWS_CONFIG_FILE", aws.resolve("config")),
                path(variables, "AWS_SHARED_CREDENTIALS_FILE", aws.resolve("credentials")), endpoint, readOnly, demo);
    }

    Environment environment() {
        return new Environment(home, awsConfigFile, awsCredentialsFile, endpointUrl, readOnly, true);
    }

    private static Path path(Map<String, String> variables, String name, Path otherwise) {
        var value = variables.get(name);
        return value == null || value.isBlank() ? otherwise : Path.of(value);
    }

    private static String next(String[] arguments, int index, String option) {
        if (index == arguments.length || arguments[index].startsWith("--")) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return arguments[index];
    }

    private static URI url(String text) {
        try {
            var url = new URI(text);
            if (url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("--endpoint-url " + text + " is no URL: " + e.getReason(), e);
        }
        throw new IllegalArgumentException("--endpoint-url " + text + " is no http or https URL with a host");
    }
}
