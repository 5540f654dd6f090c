package cloudops.aws.proxy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;

import cloudops.aws.proxy.Answer.Reply;

/**
 * Makes an estate several times as large: each listing goes on, after its last page, with the pages of the next copy, in which names and IDs are others. What is
 * to be copied has the mark {@value #MARK} in its name, which is {@code -c07-} in the eighth copy; a request that names something of a copy is asked of the
 * original. IDs of instances, volumes, network interfaces and reservations have the copy's number in front.
 */
final class Copies {

    static final String MARK = "-c00-";

    private static final Pattern MARKS = Pattern.compile("-c(\\d\\d)-");

    /** Behind the last page of copy 2 follows {@code copy-03.}, and so on with the simulator's own token behind the dot. */
    private static final Pattern TOKEN = Pattern.compile("&?(?<name>NextToken|Marker|continuation-token)=copy-(?<copy>\\d\\d)\\.(?<own>[^&]*)");

    private static final Pattern IDS = Pattern.compile("\\b(i|vol|eni|r)-[0-9a-f]{2}([0-9a-f]{6,15})\\b");

    /** What a page of a listing has for the token of the next one, and before what it is put where there is none: the last closing of the answer. */
    private record Paging(Pattern token, String written, String closing) {

        static Paging element(String name, String closing) {
            return new Paging(Pattern.compile("<" + name + ">([^<]*)</" + name + ">|<" + name + " ?/>"), "<" + name + ">%s</" + name + ">", closing);
        }

        static Paging member(String name) {
            return new Paging(Pattern.compile(",?\\s*\"" + name + "\":\\s*(?:\"([^\"]*)\"|null)"), ",\"" + name + "\":\"%s\"", "}");
        }
    }

    private static final Map<String, Paging> LISTINGS = Map.of(
            "DescribeInstances", Paging.element("nextToken", "</DescribeInstancesResponse>"),
            "DescribeVolumes", Paging.element("nextToken", "</DescribeVolumesResponse>"),
            "DescribeNetworkInterfaces", Paging.element("nextToken", "</DescribeNetworkInterfacesResponse>"),
            "DescribeDBInstances", Paging.element("Marker", "</DescribeDBInstancesResult>"),
            "DescribeDBSnapshots", Paging.element("Marker", "</DescribeDBSnapshotsResult>"),
            "DescribeLoadBalancers", Paging.element("NextMarker", "</DescribeLoadBalancersResult>"),
            "GET /", Paging.element("ContinuationToken", "</ListAllMyBucketsResult>"),
            "GET /2015-03-31/functions", Paging.member("NextMarker"));

    private Copies() {
    }

    /** Answers requests of originals. */
    @FunctionalInterface
    interface Originals {
        Reply answer(AwsRequest request) throws IOException, InterruptedException;
    }

    /** @param copies how many there are, the original among them */
    static Reply answer(AwsRequest request, int copies, Originals originals) throws IOException, InterruptedException {
        int copy = copy(request);
        if (copy >= copies) {
            throw new IOException("there are " + copies + " copies, and not number " + copy);
        }
        var reply = originals.answer(original(request));
        if (reply.status() != 200) {
            return reply;
        }
        var page = LISTINGS.get(request.operation().replaceFirst("([^ ])/$", "$1"));
        var text = copy == 0 ? reply.text() : copied(reply.text(), copy);
        // the simulator's own token is that of the original, also where it looks like an ID
        return reply.with(page == null ? text : continued(text, page, token(reply.text(), page), copy, copies));
    }

    private static int copy(AwsRequest request) {
        for (var part : new String[] { request.target(), request.text() }) {
            var token = TOKEN.matcher(part);
            if (token.find()) {
                return Integer.parseInt(token.group("copy"));
            }
            var mark = MARKS.matcher(part);
            if (mark.find()) {
                return Integer.parseInt(mark.group(1));
            }
        }
        return 0;
    }

    private static AwsRequest original(AwsRequest request) {
        return request.with(original(request.target()), original(request.text()).getBytes(StandardCharsets.UTF_8));
    }

    private static String original(String part) {
        var asked = TOKEN.matcher(part).replaceAll(token -> token.group("own").isEmpty() ? "" : "&" + token.group("name") + "=" + token.group("own"));
        return MARKS.matcher(asked).replaceAll(MARK);
    }

    private static String copied(String text, int copy) {
        var number = String.format("%02d", copy);
        return IDS.matcher(text.replace(MARK, "-c" + number + "-")).replaceAll("$1-" + number + "$2");
    }

    private static String token(String text, Paging page) {
        var own = page.token().matcher(text);
        return own.find() && own.group(1) != null ? own.group(1) : "";
    }

    private static String continued(String text, Paging page, String token, int copy, int copies) {
        if (token.isEmpty() && copy + 1 == copies) {
            return text;
        }
        var next = token.isEmpty() ? String.format("copy-%02d.", copy + 1) : copy == 0 ? token : String.format("copy-%02d.%s", copy, token);
        var whole = page.token().matcher(text).replaceAll("");
        int end = whole.lastIndexOf(page.closing());
        return end < 0 ? text : whole.substring(0, end) + String.format(page.written(), next) + whole.substring(end);
    }
}
