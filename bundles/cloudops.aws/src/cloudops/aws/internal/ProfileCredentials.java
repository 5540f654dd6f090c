package cloudops.aws.internal;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProcessCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileProperty;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.services.sts.auth.StsWebIdentityTokenFileCredentialsProvider;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;

/**
 * Where the credentials of one profile come from. The SDK has a provider that reads profiles, too, but its clients of STS and of single sign-on
 * cannot be told our endpoint and read the user's default files for their regions, and it would start a {@code credential_process} with all our
 * environment.
 */
final class ProfileCredentials {

    private static final String DEFAULT_SESSION = "cloudops", LOGIN_SESSION = "login_session";

    /** The kind of profiles that are key pairs in the keychain, and the property that only they have. */
    static final String KEYCHAIN = "keychain", KEYCHAIN_ENTRY = "cloudops_keychain_entry";

    private final ProfileFile files;
    private final KeychainKeys keychain;
    private final Function<AwsCredentialsProvider, StsClient> sts;
    private final SingleSignOn signOn;
    private final Map<String, String> variables;

    /**
     * @param sts makes a client that calls STS with the given credentials
     * @param variables of this process, which tell whether it runs in a container
     */
    ProfileCredentials(ProfileFile files, KeychainKeys keychain, Function<AwsCredentialsProvider, StsClient> sts, SingleSignOn signOn,
            Map<String, String> variables) {
        this.files = files;
        this.keychain = keychain;
        this.sts = sts;
        this.signOn = signOn;
        this.variables = variables;
    }

    /**
     * {@code static}, {@code assume-role}, {@code sso}, {@code process}, {@code login}, {@code keychain} or {@code none}; in the CLI's order
     * where it has several.
     */
    static String kind(Profile profile) {
        if (has(profile, KEYCHAIN_ENTRY)) {
            return KEYCHAIN;
        }
        if (has(profile, ProfileProperty.ROLE_ARN)) {
            return "assume-role";
        }
        if (SingleSignOn.uses(profile)) {
            return "sso";
        }
        if (has(profile, ProfileProperty.AWS_ACCESS_KEY_ID)) {
            return "static";
        }
        if (has(profile, ProfileProperty.CREDENTIAL_PROCESS)) {
            return "process";
        }
        return has(profile, LOGIN_SESSION) ? "login" : "none";
    }

    /** The profile itself, or the one at the end of its chain of roles; where that is broken, the last there is. */
    static Profile source(Profile profile, ProfileFile files) {
        var seen = new HashSet<String>();
        var source = profile;
        while ("assume-role".equals(kind(source)) && seen.add(source.name())) {
            var next = source.property(ProfileProperty.SOURCE_PROFILE).flatMap(files::profile);
            if (next.isEmpty()) {
                break;
            }
            source = next.get();
        }
        return source;
    }

    /** What the user does when a session of the profile, or of the one that takes its role, has ended: a command where there is one. */
    static String signIn(Profile profile, ProfileFile files) {
        var source = source(profile, files);
        return switch (kind(source)) {
            case "sso" -> SingleSignOn.signIn(source);
            case "login" -> "aws login --profile " + source.name();
            case "process" -> "run the credential_process of profile " + source.name() + " by hand, and sign in as it says";
            case KEYCHAIN -> "cloudops keys add-aws --replace " + source.name() + ", with the keys of a new session";
            case "static" -> "put the keys of a new session into profile " + source.name();
            default -> "sign in again";
        };
    }

    /** @throws AwsException {@code NO_CREDENTIALS} when the profile names none or does so in a way that cannot work */
    AwsCredentialsProvider provider(Profile profile) throws AwsException {
        return provider(profile, new HashSet<>());
    }

    private AwsCredentialsProvider provider(Profile profile, Set<String> chain) throws AwsException {
        return switch (kind(profile)) {
            case "assume-role" -> role(profile, chain);
            case "static" -> keys(profile);
            case KEYCHAIN -> keychain(profile);
            case "process" -> process(profile);
            case "sso" -> signOn.provider(profile);
            case "login" -> throw none(profile, "signs in with 'aws login', whose session only the AWS CLI can use; try: a profile with "
                    + "credential_process = aws configure export-credentials --profile " + profile.name() + " --format process");
            default -> ofSurroundings(profile);
        };
    }

    /**
     * As the CLI and the SDK do where a profile has no credentials of its own; but the instance is asked only where the user says that it is
     * one ({@code AWS_EC2_METADATA_DISABLED=false}), as for the processes of the CLI: elsewhere that waits seconds for nobody.
     */
    private AwsCredentialsProvider ofSurroundings(Profile profile) throws AwsException {
        if (variables.containsKey("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") || variables.containsKey("AWS_CONTAINER_CREDENTIALS_FULL_URI")) {
            return ContainerCredentialsProvider.create();
        }
        if ("false".equalsIgnoreCase(variables.get("AWS_EC2_METADATA_DISABLED"))) {
            return instance(profile);
        }
        throw none(profile, "has no credentials; try: aws configure --profile " + profile.name()
                + ", or on an EC2 instance with a role: export AWS_EC2_METADATA_DISABLED=false");
    }

    private AwsCredentialsProvider instance(Profile profile) {
        return InstanceProfileCredentialsProvider.builder().profileFile(files).profileName(profile.name()).build();
    }

    private static AwsCredentialsProvider keys(Profile profile) throws AwsException {
        var key = profile.property(ProfileProperty.AWS_ACCESS_KEY_ID).orElse("");
        var secret = profile.property(ProfileProperty.AWS_SECRET_ACCESS_KEY).orElse("");
        if (key.isBlank() || secret.isBlank()) {
            throw none(profile, "lacks aws_access_key_id or aws_secret_access_key; try: aws configure --profile " + profile.name());
        }
        var token = sessionToken(profile);
        return StaticCredentialsProvider.create(token.isPresent()
                ? AwsSessionCredentials.create(key, secret, token.get())
                : AwsBasicCredentials.create(key, secret));
    }

    static Optional<String> sessionToken(Profile profile) {
        return profile.property(ProfileProperty.AWS_SESSION_TOKEN).or(() -> profile.property("aws_security_token")); // its name of old
    }

    /** Reads the keychain whenever credentials are needed, and holds none. Never those of another key pair that has the name by then. */
    private AwsCredentialsProvider keychain(Profile profile) throws AwsException {
        var entry = profile.property(KEYCHAIN_ENTRY).orElseThrow();
        keychain.credentials(profile.name(), entry);
        return () -> {
            try {
                return keychain.credentials(profile.name(), entry);
            } catch (AwsException e) {
                throw SdkClientException.create(e.getMessage(), e);
            }
        };
    }

    /** The key pair in the keychain that a profile uses, itself or to take its role; empty for one that uses none, or cannot work. */
    static Optional<String> keychainEntry(Profile profile, ProfileFile files) {
        var chain = new HashSet<String>();
        var present = Optional.of(profile);
        while (present.isPresent() && chain.add(present.get().name())) {
            var entry = present.get().property(KEYCHAIN_ENTRY);
            if (entry.isPresent() || has(present.get(), ProfileProperty.WEB_IDENTITY_TOKEN_FILE) || !has(present.get(), ProfileProperty.ROLE_ARN)) {
                return entry;
            }
            present = present.get().property(ProfileProperty.SOURCE_PROFILE).flatMap(files::profile);
        }
        return Optional.empty();
    }

    private static AwsCredentialsProvider process(Profile profile) {
        var line = profile.property(ProfileProperty.CREDENTIAL_PROCESS).orElseThrow();
        var provider = ProcessCredentialsProvider.builder().command(command(line, System.getenv().keySet()));
        profile.property(ProfileProperty.AWS_ACCOUNT_ID).ifPresent(provider::staticAccountId);
        return provider.build();
    }

    /**
     * The shell with {@code line}, as the SDK starts it, but without our own variables: {@code CLOUDOPS_PASSPHRASE} is nobody else's.
     *
     * @param variables names of those that the process would inherit
     */
    static List<String> command(String line, Collection<String> variables) {
        var command = new ArrayList<String>(List.of("env"));
        variables.stream().filter(name -> name.startsWith("CLOUDOPS_")).sorted().forEach(name -> command.addAll(List.of("-u", name)));
        command.addAll(List.of("sh", "-c", line));
        return command;
    }

    /**
     * Of a {@code credential_process} that failed, or said nothing of use. Never what it printed, which may be half a secret; what it wrote to
     * standard error is for people.
     */
    static AwsException processFailed(String profile, RuntimeException failure) {
        var cause = failure.getCause();
        var why = cause instanceof UncheckedIOException || cause instanceof NullPointerException && !String.valueOf(cause.getMessage()).endsWith(".")
                ? "printed no JSON object" : cause == null ? failure.getMessage() : cause.getMessage().strip();
        return new AwsException(Problem.NO_CREDENTIALS, Problem.NO_CREDENTIALS.name(), "profile '" + profile + "': its credential_process failed: " + why
                + "; try: run it by hand", null);
    }

    private AwsCredentialsProvider role(Profile profile, Set<String> chain) throws AwsException {
        var role = profile.property(ProfileProperty.ROLE_ARN).orElseThrow();
        var session = profile.property(ProfileProperty.ROLE_SESSION_NAME).orElse(DEFAULT_SESSION);
        if (role.isBlank()) {
            throw none(profile, "has an empty role_arn; try: aws configure set role_arn ARN --profile " + profile.name());
        }
        var tokenFile = profile.property(ProfileProperty.WEB_IDENTITY_TOKEN_FILE);
        if (tokenFile.isPresent()) {
            if (!Files.isReadable(Path.of(tokenFile.get()))) {
                throw none(profile, "has the web_identity_token_file " + tokenFile.get() + ", which cannot be read; it is put there by what runs this "
                        + "program, such as EKS or a CI system");
            }
            return StsWebIdentityTokenFileCredentialsProvider.builder()
                    .stsClient(sts.apply(AnonymousCredentialsProvider.create()))
                    .roleArn(role).roleSessionName(session).webIdentityTokenFile(Path.of(tokenFile.get()))
                    .build();
        }
        if (has(profile, ProfileProperty.MFA_SERIAL)) {
            throw none(profile, "asks for an MFA code, which cannot be typed in here; try: aws sts get-session-token with the code, and the keys "
                    + "of that session in another profile");
        }
        var request = AssumeRoleRequest.builder().roleArn(role).roleSessionName(session);
        profile.property(ProfileProperty.EXTERNAL_ID).ifPresent(request::externalId);
        try {
            profile.property(ProfileProperty.DURATION_SECONDS).map(Integer::valueOf).ifPresent(request::durationSeconds);
        } catch (NumberFormatException e) {
            throw none(profile, "has a duration_seconds that is no number; try: aws configure set duration_seconds 3600 --profile "
                    + profile.name());
        }
        return StsAssumeRoleCredentialsProvider.builder()
                .stsClient(sts.apply(source(profile, chain)))
                .refreshRequest(request.build())
                .build();
    }

    private AwsCredentialsProvider source(Profile profile, Set<String> chain) throws AwsException {
        var source = profile.property(ProfileProperty.SOURCE_PROFILE);
        if (source.isEmpty()) {
            return credentialSource(profile);
        }
        var sourceProfile = files.profile(source.get());
        if (sourceProfile.isEmpty()) {
            throw none(profile, "has the source_profile '" + source.get() + "', which does not exist; try: aws configure --profile " + source.get());
        }
        if (source.get().equals(profile.name()) && has(profile, ProfileProperty.AWS_ACCESS_KEY_ID)) {
            // A profile may hold both a role and the keys that assume it.
            return keys(profile);
        }
        if (!chain.add(profile.name())) {
            throw none(profile, "is its own source_profile, by way of " + String.join(", ", chain)
                    + "; try: aws configure set source_profile NAME --profile " + profile.name() + ", of one that has keys");
        }
        return provider(sourceProfile.get(), chain);
    }

    private AwsCredentialsProvider credentialSource(Profile profile) throws AwsException {
        return switch (profile.property(ProfileProperty.CREDENTIAL_SOURCE).orElse("")) {
            case "Environment" -> EnvironmentVariableCredentialsProvider.create();
            case "Ec2InstanceMetadata" -> instance(profile);
            case "EcsContainer" -> ContainerCredentialsProvider.create();
            case "" -> throw none(profile, "has a role_arn but neither source_profile nor credential_source; try: aws configure set source_profile NAME --profile "
                    + profile.name() + ", of one that has keys");
            default -> throw none(profile, "has the credential_source '" + profile.property(ProfileProperty.CREDENTIAL_SOURCE).get()
                    + "'; try: Environment, Ec2InstanceMetadata or EcsContainer");
        };
    }

    private static boolean has(Profile profile, String property) {
        return profile.property(property).isPresent();
    }

    private static AwsException none(Profile profile, String why) {
        return new AwsException(Problem.NO_CREDENTIALS, Problem.NO_CREDENTIALS.name(), "profile '" + profile.name() + "' " + why, null);
    }
}
