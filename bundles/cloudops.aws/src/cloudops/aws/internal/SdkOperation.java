package cloudops.aws.internal;

import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import cloudops.aws.internal.Pages.Paging;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.pagination.sync.SdkIterable;
import software.amazon.awssdk.utils.builder.Buildable;

/**
 * One operation of an SDK client: request in, response out; no streams.
 *
 * @param name as the API has it: {@code DescribeDBInstances}
 * @param requestBuilder makes an empty builder of the request: {@code ()Object}
 * @param responseBuilder makes an empty builder of the response: {@code ()Object}
 * @param call {@code (SdkClient, SdkRequest)Object}, such as {@code Ec2Client.describeInstances(DescribeInstancesRequest)}
 * @param paginator likewise {@code Ec2Client.describeInstancesPaginator(DescribeInstancesRequest)}; null where answers have no pages
 */
record SdkOperation(String name, MethodHandle requestBuilder, MethodHandle responseBuilder, MethodHandle call, MethodHandle paginator) {

    boolean paged() {
        return paginator != null;
    }

    /** An empty builder of the request. */
    SdkPojo newRequest() {
        return built(requestBuilder);
    }

    /** An empty builder of the response; it knows the response's fields. */
    SdkPojo newResponse() {
        return built(responseBuilder);
    }

    /** How a page is asked for by itself; empty where that is not possible. */
    Optional<Paging> paging() {
        return paged() ? Paging.of(members(newRequest()), members(newResponse())) : Optional.empty();
    }

    private static Set<String> members(SdkPojo pojo) {
        return pojo.sdkFields().stream().map(SdkField::memberName).collect(Collectors.toSet());
    }

    /** The one page that the request asks for, or the answer of an operation without pages. */
    SdkPojo page(SdkClient client, SdkPojo requestBuilder) {
        return (SdkPojo) invoke(call, client, (SdkRequest) ((Buildable) requestBuilder).build());
    }

    /** All pages of the answer, each fetched when it is asked for. */
    Iterable<? extends SdkPojo> pages(SdkClient client, SdkPojo requestBuilder) {
        var request = (SdkRequest) ((Buildable) requestBuilder).build();
        return paged()
                ? (SdkIterable<? extends SdkPojo>) invoke(paginator, client, request)
                : List.of((SdkPojo) invoke(call, client, request));
    }

    private SdkPojo built(MethodHandle builder) {
        try {
            return (SdkPojo) (Object) builder.invokeExact();
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private Object invoke(MethodHandle method, SdkClient client, SdkRequest request) {
        try {
            return (Object) method.invokeExact(client, request);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** No method of the SDK declares a checked exception. */
    private RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException failure ? failure : new IllegalStateException(name + " failed", thrown);
    }
}
