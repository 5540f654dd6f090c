package cloudops.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which calls share a rate and a fate. */
class RouteTest {

    @TempDir
    Path folder;
    private AwsFolder aws;
    private final Accounts accounts = new Accounts();

    @BeforeEach
    void files() {
        aws = new AwsFolder(folder).config("""
                [default]
                region = us-east-1
                [profile one]
                region = us-east-1
                [profile role]
                role_arn = arn:aws:iam::222222222222:role/path/Admin
                source_profile = default
                region = us-east-1
                [profile same-role]
                role_arn = arn:aws-cn:iam::222222222222:role/Other
                source_profile = default
                region = us-east-1
                [profile sso]
                sso_session = corp
                sso_account_id = 333333333333
                region = us-east-1
                [profile says]
                aws_account_id = 444444444444
                region = us-east-1
                [profile odd]
                role_arn = no-arn
                sso_account_id = 12
                region = us-east-1
                [profile box]
                region = us-east-1
                endpoint_url = http://127.0.0.1:9
                """).credentials("[default]\n" + AwsFolder.KEYS + "[one]\n" + AwsFolder.KEYS);
    }

    private Route route(String profile, String service, String region) throws Exception {
        var files = new AwsFiles(aws.environment());
        return Route.of(Target.of(files, service, profile, region), service, files, accounts);
    }

    @Test
    void theAccountIsWhatTheProfileSays() throws Exception {
        assertThat(route("role", "ec2", null)).isEqualTo(new Route("222222222222", "us-east-1", "ec2", "ec2 in us-east-1"))
                .isEqualTo(route("same-role", "ec2", "us-east-1"));
        assertThat(route("sso", "ec2", null).account()).isEqualTo("333333333333");
        assertThat(route("says", "ec2", null).account()).isEqualTo("444444444444");
        assertThat(route("odd", "ec2", null).account()).isEqualTo("profile odd");
    }

    @Test
    void profilesOfOneAccountShareARouteOnceAwsSaidSo() throws Exception {
        assertThat(route("default", "rds", null)).isNotEqualTo(route("one", "rds", null));
        for (var profile : new String[] { "default", "one" }) {
            accounts.learn(new AwsFiles(aws.environment()).profile(profile), "123456789012");
        }
        assertThat(route("default", "rds", null)).isEqualTo(route("one", "rds", null))
                .returns("123456789012", Route::account);
        assertThat(route("default", "rds", null)).isNotEqualTo(route("default", "rds", "eu-west-1")).isNotEqualTo(route("default", "ec2", null));
    }

    @Test
    void otherKeysUnderTheNameBelongToWhoeverTheyBelongTo() throws Exception {
        accounts.learn(new AwsFiles(aws.environment()).profile("default"), "123456789012");
        accounts.learn(new AwsFiles(aws.environment()).profile("one"), "<html>");
        assertThat(route("one", "rds", null).account()).isEqualTo("profile one");
        aws.credentials("[default]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = other\n");
        assertThat(route("default", "rds", null).account()).isEqualTo("profile default");
    }

    @Test
    void whatIsOneEndpointForAllRegionsIsOneRoute() throws Exception {
        assertThat(route("default", "iam", "eu-west-1")).isEqualTo(route("default", "iam", "us-east-1"))
                .returns("aws-global", Route::region).returns("iam in aws-global", Route::host);
        assertThat(route("default", "sts", "eu-west-1")).isNotEqualTo(route("default", "sts", "us-east-1"));
    }

    @Test
    void anEndpointOfOnesOwnIsTheHost() throws Exception {
        assertThat(route("box", "ec2", null).host()).isEqualTo("http://127.0.0.1:9");
        assertThat(route("box", "s3api", null)).returns("s3", Route::service).returns("http://127.0.0.1:9", Route::host);
    }
}
