package cloudops.execution.internal.process;

import java.io.File;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import cloudops.execution.Command;
import cloudops.execution.ExecutionRequest;
import cloudops.model.Environment;

/**
 * The variables of a child process: of the program's own environment only those on a list, then what the kind of command needs, then what
 * the request names. Everything else stays out, so that no secret of the user's session leaks into a command. {@code XDG_*} stay out too:
 * programs fall back to {@code HOME}.
 */
public final class ChildEnvironment {

    /** Marks the children of an execution: how descendants are found that left its process tree. */
    public static final String MARKER = "_EXECUTION_ID";

    private static final Set<String> PASSED = Set.of("PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR", "TMP", "TEMP", "SSL_CERT_FILE",
            "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy",
            "https_proxy", "no_proxy", "all_proxy", "PYENV_ROOT", "PYENV_VERSION", "SystemRoot", "SYSTEMROOT", "PATHEXT", "COMSPEC",
            "USERPROFILE", "APPDATA", "LOCALAPPDATA");

    /** How AWS is reached, whoever asks. */
    private static final Set<String> AWS_CONNECTION = Set.of("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_STS_REGIONAL_ENDPOINTS",
            "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT", "AWS_EC2_METADATA_DISABLED", "AWS_EC2_METADATA_SERVICE_ENDPOINT",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "AWS_EC2_METADATA_V1_DISABLED", "AWS_METADATA_SERVICE_TIMEOUT",
            "AWS_METADATA_SERVICE_NUM_ATTEMPTS");

    /** Who asks, when no profile is named: the default chain of the CLI. */
    private static final Set<String> AWS_IDENTITY = Set.of("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");

    private static final Set<String> AWS_FILES = Set.of("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE");

    private static final String AWS_ENDPOINT = "AWS_ENDPOINT_URL", IGNORE_ENDPOINTS = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
            NO_FILE = File.separatorChar == '/' ? "/dev/null" : "NUL";

    private final Environment environment;
    private final Map<String, String> host;
    private final SortedMap<String, String> passed = new TreeMap<>();

    /** @param host the program's own variables, which do not change */
    public ChildEnvironment(Environment environment, Map<String, String> host) {
        this.environment = environment;
        this.host = host;
        host.forEach((name, value) -> {
            if (PASSED.contains(name) || name.startsWith("LC_")) {
                passed.put(name, value);
            }
        });
    }

    /** Whether no request may set this variable. */
    public static boolean isReserved(String name) {
        var upper = name.toUpperCase(Locale.ROOT);
        return upper.startsWith("CLOUDOPS_") || upper.equals(MARKER);
    }

    /** All variables but the {@link #MARKER}, which differs from run to run. */
    SortedMap<String, String> of(ExecutionRequest request) {
        var variables = new TreeMap<>(passed);
        variables.put("AWS_CONFIG_FILE", environment.awsConfigFile().toString());
        variables.put("AWS_SHARED_CREDENTIALS_FILE", environment.awsCredentialsFile().toString());
        if (request.command() instanceof Command.AwsCli || request.command() instanceof Command.AwsSdk) {
            addAws(variables, request.command());
        }
        variables.putAll(request.env());
        return variables;
    }

    /**
     * Takes away who asks of AWS, for somebody else is to ask; and what the AWS files say of those who name no profile, which would send that one's
     * calls elsewhere. The CLI uses no other profile than the one, so it needs no files; other programs may. What the request itself sets stays.
     */
    static void becomeNobody(SortedMap<String, String> variables, ExecutionRequest request) {
        variables.keySet().removeAll(AWS_IDENTITY);
        if (request.command() instanceof Command.AwsCli) {
            AWS_FILES.stream().filter(name -> !request.env().containsKey(name)).forEach(name -> variables.put(name, NO_FILE));
        } else if (request.env().keySet().stream().noneMatch(name -> name.startsWith(AWS_ENDPOINT))) {
            variables.putIfAbsent(IGNORE_ENDPOINTS, "true"); // it ignores those of variables, too
        }
    }

    private void addAws(Map<String, String> variables, Command command) {
        variables.put("AWS_EC2_METADATA_DISABLED", "true"); // else a machine without credentials waits seconds for an address nobody has
        copy(AWS_CONNECTION, variables);
        addEndpoints(variables);
        if (!namesProfile(command)) {
            copy(AWS_IDENTITY, variables);
        }
        variables.put("AWS_RETRY_MODE", "standard");
        variables.put("AWS_MAX_ATTEMPTS", "1"); // the caller retries: it knows the rate limits of all calls
        variables.put("AWS_PAGER", "");
        variables.put("AWS_CLI_AUTO_PROMPT", "off");
        variables.put("PYTHONUTF8", "1"); // names of resources are UTF-8 whatever the user's locale
    }

    /**
     * Where calls go. The environment's endpoint is an option of the call as well, but that is not for the calls of STS by which the CLI takes a
     * role first: these would go to AWS.
     */
    private void addEndpoints(Map<String, String> variables) {
        environment.endpointUrl().ifPresentOrElse(url -> {
            variables.put(AWS_ENDPOINT, url.toString());
            variables.put(IGNORE_ENDPOINTS, "false");
        }, () -> host.forEach((name, value) -> {
            if (name.equals(AWS_ENDPOINT) || name.startsWith(AWS_ENDPOINT + "_") || name.equals(IGNORE_ENDPOINTS)) {
                variables.put(name, value);
            }
        }));
    }

    private void copy(Set<String> names, Map<String, String> variables) {
        names.stream().filter(host::containsKey).forEach(name -> variables.put(name, host.get(name)));
    }

    private static boolean namesProfile(Command command) {
        return switch (command) {
            case Command.AwsCli cli -> cli.profile() != null || AwsCliArguments.has("--profile", cli.args());
            case Command.AwsSdk sdk -> sdk.profile() != null;
            case Command.Exec exec -> false;
            case Command.Script script -> false;
            case Command.Shell shell -> false;
        };
    }
}
