package cloudops.aws.internal;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.model.Environment;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileProperty;

/**
 * Where calls go instead of AWS itself: what the {@link Environment} says; else the variable {@code AWS_ENDPOINT_URL_…} of the service; else
 * {@code AWS_ENDPOINT_URL}; else the profile's {@code services} section; else its {@code endpoint_url}. All but the first can be ignored.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html; the SDK for Java takes them in another order, and ignores none.
 */
final class Endpoints {

    private static final String VARIABLE = "AWS_ENDPOINT_URL", IGNORED = "ignore_configured_endpoint_urls", SECTION = "services";
    private static final int EXCERPT = 80;

    private final Environment environment;
    private final Map<String, String> variables;

    /** @param variables of this process */
    Endpoints(Environment environment, Map<String, String> variables) {
        this.environment = environment;
        this.variables = variables;
    }

    /**
     * @param service the CLI's name
     * @param files with the profile's {@code services} section
     * @throws AwsException {@code PARSE} for what is no URL, or a section that does not exist
     */
    Optional<URI> of(Profile profile, ProfileFile files, String service) throws AwsException {
        if (environment.endpointUrl().isPresent()) {
            return environment.endpointUrl();
        }
        if (ignored(profile)) {
            return Optional.empty();
        }
        var name = ServiceNames.sdkName(service).replace(".", "");
        var variable = variable(name);
        if (variable.isPresent()) {
            return Optional.of(url(variable.get(), variables.get(variable.get())));
        }
        var section = section(profile, files);
        var url = ofService(section, Endpoints::serviceOfProperty, name).map(section::get).or(() -> profile.property(ProfileProperty.ENDPOINT_URL));
        return url.isEmpty() ? Optional.empty()
                : Optional.of(url("endpoint_url of profile '" + profile.name() + "' in " + environment.awsConfigFile(), url.get()));
    }

    /** The variable that counts for a service; empty for none. */
    private Optional<String> variable(String name) {
        return ofService(variables, Endpoints::serviceOfVariable, name)
                .or(() -> variables.getOrDefault(VARIABLE, "").isBlank() ? Optional.empty() : Optional.of(VARIABLE));
    }

    /**
     * A variable that the SDK would obey although the profile says to ignore such; empty for none.
     *
     * @param service the CLI's or the SDK's name
     */
    Optional<String> disobeyed(Profile profile, String service) {
        return environment.endpointUrl().isEmpty() && ignored(profile) ? variable(ServiceNames.sdkName(service).replace(".", "")) : Optional.empty();
    }

    /** Whether what the variables and the profile say of endpoints is ignored. */
    private boolean ignored(Profile profile) {
        var ofVariable = variables.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
        return "true".equalsIgnoreCase(ofVariable == null ? profile.property(IGNORED).orElse("") : ofVariable);
    }

    private Map<String, String> section(Profile profile, ProfileFile files) throws AwsException {
        var name = profile.property(SECTION);
        if (name.isEmpty()) {
            return Map.of();
        }
        return files.getSection(SECTION, name.get()).map(Profile::properties).orElseThrow(() -> new AwsException(Problem.PARSE, Problem.PARSE.name(),
                "profile '" + profile.name() + "' has services = " + name.get() + ", but there is no section [services " + name.get() + "] in "
                        + environment.awsConfigFile() + "; try: add the section, or take the line out", null));
    }

    /** The key of which {@code service} tells that it is of the service, with or without the word "service" at the end of its name. */
    private static Optional<String> ofService(Map<String, String> values, Function<String, String> service, String name) {
        return values.keySet().stream()
                .filter(key -> !values.get(key).isBlank() && (service.apply(key).equals(name) || service.apply(key).equals(name + "service")))
                .sorted().findFirst();
    }

    /** {@code AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2}: the service's ID with underscores. */
    private static String serviceOfVariable(String name) {
        return name.startsWith(VARIABLE + "_") ? plain(name.substring(VARIABLE.length() + 1)) : "";
    }

    /** {@code elastic_load_balancing_v2.endpoint_url} */
    private static String serviceOfProperty(String name) {
        return name.endsWith(".endpoint_url") ? plain(name.substring(0, name.length() - ".endpoint_url".length())) : "";
    }

    private static String plain(String serviceId) {
        return serviceId.replace("_", "").toLowerCase(Locale.ROOT);
    }

    private static URI url(String where, String text) throws AwsException {
        try {
            var url = URI.create(text.strip());
            if (url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            throw noUrl(where, text, e);
        }
        throw noUrl(where, text, null);
    }

    private static AwsException noUrl(String where, String text, Exception cause) {
        return new AwsException(Problem.PARSE, Problem.PARSE.name(), where + " is no URL of an endpoint: '" + Printable.excerpt(text, EXCERPT)
                + "'; try: http://HOST:PORT or https://HOST", cause);
    }
}
