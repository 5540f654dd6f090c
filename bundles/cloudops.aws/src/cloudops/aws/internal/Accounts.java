package cloudops.aws.internal;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileProperty;

/**
 * Whose limits the calls of a profile count against, as far as that is known without a call: what the profile says itself, else what AWS
 * said. Thread-safe.
 */
final class Accounts {

    private static final Pattern ROLE = Pattern.compile("arn:[a-z-]+:iam::(\\d{12}):role/.+");
    private static final Pattern ID = Pattern.compile("\\d{12}");

    /** By the whole profile: other keys under an old name belong to somebody else. */
    private final Map<Profile, String> told = new ConcurrentHashMap<>();

    /** @param account as STS GetCallerIdentity answered; ignored when it is none */
    void learn(Profile profile, String account) {
        if (ID.matcher(account).matches()) {
            told.put(profile, account);
        }
    }

    /** 12 digits; "profile NAME" while it is not known. */
    String of(Profile profile) {
        return Optional.ofNullable(told.get(profile))
                .or(() -> profile.property(ProfileProperty.ROLE_ARN).map(ROLE::matcher).filter(role -> role.matches()).map(role -> role.group(1)))
                .or(() -> profile.property("sso_account_id").filter(id -> ID.matcher(id).matches()))
                .or(() -> profile.property(ProfileProperty.AWS_ACCOUNT_ID).filter(id -> ID.matcher(id).matches()))
                .orElse("profile " + profile.name());
    }
}
