package cloudops.request.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.storage.ResourceFilter;

class PromptTest {

    private static final Words WORDS = Words.read();

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            Stop pg-instance-main1                                | pg-instance-main1
            stop pg-instance-main1.                               | pg-instance-main1
            stop web-1, web-2 and web-3!                          | web-1,web-2,web-3
            reboot "my web server"                                | my web server
            reboot 'my web server' please                         | my web server
            stop arn:aws:rds:eu-west-1:123456789012:db:pg-main.   | arn:aws:rds:eu-west-1:123456789012:db:pg-main
            stop i-0123456789abcdef0 in eu-west-1                 | i-0123456789abcdef0
            tag web-1 with env=prod-1                             | web-1
            stop web-1 --endpoint-url http://evil.example/x       | web-1
            snapshot pg-main1 named before-upgrade                | pg-main1
            """)
    void findsNames(String prompt, String names) {
        assertThat(Prompt.of(prompt, WORDS).names()).containsExactly(names.split(","));
    }

    @Test
    void takesTheRestApart() {
        var prompt = Prompt.of("Start the stopped web servers in Ireland in the staging account tagged team=\"data lake\"", WORDS);
        assertThat(prompt.words()).containsExactly("web");
        assertThat(prompt.filter()).isEqualTo(new ResourceFilter(List.of("staging"), List.of("eu-west-1"), List.of(),
                List.of("ec2_instance"), List.of("stopped"), Map.of("team", "data lake")));
        assertThat(prompt.names()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            list databases                          | rds_instance              | ''
            list the rds instances                  | rds_instance              | ''
            which instances are running             | ec2_instance,rds_instance | running,available
            running databases                       | rds_instance              | running,available
            stop the database server                | rds_instance              | ''
            show disks and buckets                  | ec2_volume,s3_bucket      | ''
            make the database available again       | rds_instance              | ''
            list roles                              | iam_role                  | ''
            list the iam policies                   | iam_policy                | ''
            which users are there                   | iam_user                  | ''
            show subnets, vpcs and route tables     | vpc_subnet,vpc_network,vpc_route_table | ''
            list security groups                    | vpc_security_group        | ''
            delete the nat gateways                 | vpc_nat_gateway           | ''
            list load balancers                     | elb_load_balancer,elb_classic_load_balancer | ''
            show the application load balancers     | elb_load_balancer         | ''
            list elastic ip addresses               | ec2_elastic_ip            | ''
            list ec2 key pairs                      | ec2_key_pair              | ''
            list snapshots                          | ec2_snapshot,rds_snapshot,rds_cluster_snapshot | ''
            delete the ebs snapshots                | ec2_snapshot              | ''
            list all images                         | ec2_image                 | ''
            list lambda functions                   | lambda_function           | ''
            list the aurora clusters                | rds_cluster               | ''
            show the available ebs snapshots        | ec2_snapshot              | available
            """)
    void findsTypesAndStates(String text, String types, String states) {
        var prompt = Prompt.of(text, WORDS);
        assertThat(String.join(",", prompt.types())).isEqualTo(types);
        assertThat(String.join(",", prompt.states())).isEqualTo(states);
        assertThat(prompt.words()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            stop the load balancer web                          | elb_load_balancer,elb_classic_load_balancer | web
            delete the security group web                       | vpc_security_group        | web
            stop the servers in the vpc main                    | ec2_instance              | vpc,main
            in the vpc main stop the servers                    | ec2_instance              | vpc,main
            restart the instances behind the load balancer web  | ec2_instance,rds_instance | load,balancer,web
            list the subnets of the vpc main                    | vpc_subnet                | vpc,main
            list the lambda roles                               | iam_role                  | lambda
            delete the database security group                  | vpc_security_group        | database
            stop the nat servers                                | ec2_instance              | nat
            take snapshots of the databases                     | rds_instance              | ''
            make an image of the web server                     | ec2_instance              | web
            list the servers and the vpcs                       | ec2_instance,vpc_network  | ''
            """)
    void tellsWhatIsMeantFromWhatSurroundsIt(String text, String types, String words) {
        var prompt = Prompt.of(text, WORDS);
        assertThat(String.join(",", prompt.types())).isEqualTo(types);
        assertThat(String.join(",", prompt.words())).isEqualTo(words);
    }

    @Test
    void whatSurroundsIsNoName() {
        assertThat(Prompt.of("restart the instances behind the load balancer web", WORDS).places()).contains("web");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            servers in eu-central-1            | eu-central-1
            servers in eu-central-1a           | eu-central-1
            servers in us-gov-west-1           | us-gov-west-1
            servers in n. virginia             | us-east-1
            servers in São Paulo               | sa-east-1
            buckets in Cape Town and Tokyo     | af-south-1,ap-northeast-1
            """)
    void findsRegions(String text, String regions) {
        assertThat(String.join(",", Prompt.of(text, WORDS).place().regions())).isEqualTo(regions);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            Stop all instances with env=prod                           | {env=prod}
            stop all instances where tag env = prod.                   | {env=prod}
            stop instances (env=prod,team="data lake")                 | {env=prod, team=data lake}
            delete all instances with "cost center"='a b' and env=x    | {cost center=a b, env=x}
            delete all instances with the tag env=prod                 | {env=prod}
            tag web-1 with env=prod                                    | {}
            Could you please label web-1 env=prod                      | {}
            set the tag owner=data on web-1                            | {}
            remove the tag env=prod from web-1                         | {}
            untag web-1 env=prod                                       | {}
            tag all instances tagged team=data with env=prod           | {team=data}
            """)
    void takesAssignmentsForConditionsUnlessTheyAreToBeSet(String text, String tags) {
        assertThat(new TreeMap<>(Prompt.of(text, WORDS).filter().tags())).hasToString(tags);
    }

    @Test
    void findsAccountsAndPlaces() {
        assertThat(Prompt.of("buckets of account 123456789012", WORDS).place().accounts()).containsExactly("123456789012");
        assertThat(Prompt.of("stop pg-main1 in account staging", WORDS).place().accounts()).containsExactly("staging");
        assertThat(Prompt.of("stop pg-main1 in staging", WORDS).places()).containsExactly("staging");
        assertThat(Prompt.of("stop it", WORDS).refersBack()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "a", " a", "=", "\"", "'", " a=", "arn:aws:", " named", "-", "i-0 ", "\u202e", "\uD83D\uDE80", "\u0000" })
    @Timeout(5)
    void isSoonDone(String part) {
        assertThat(Prompt.of("stop " + part.repeat(4_000 / part.length()), WORDS)).isNotNull();
    }
}
