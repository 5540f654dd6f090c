package cloudops.aws;

/**
 * A profile of the AWS files, or a key pair in the keychain. Holds no secret.
 *
 * @param name as in {@code [profile NAME]}
 * @param region its default region; null when it has none
 * @param kind where its credentials come from: {@code static}, {@code assume-role}, {@code sso}, {@code process}, {@code login} (of
 *        {@code aws login}), {@code keychain}; {@code none} where it names none, and those of the container or the instance are taken
 */
public record AwsProfile(String name, String region, String kind) {
}
