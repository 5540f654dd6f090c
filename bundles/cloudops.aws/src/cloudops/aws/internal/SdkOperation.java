package cloudops.aws.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import cloudops.aws.internal.Pages.Paging;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.pagination.sync.SdkIterable;
import software.amazon.awssdk.utils.builder.Buildable;

/**
 * One operation of an SDK client: request in, response out; no streams.
 *
 * @param call {@code Ec2Client.describeInstances(DescribeInstancesRequest)}
 * @param paginator {@code Ec2Client.describeInstancesPaginator(DescribeInstancesRequest)}; null where answers have no pages
 */
record SdkOperation(Method call, Method paginator) {

    /** As the API names it: {@code DescribeDBInstances}. */
    String name() {
        return Character.toUpperCase(call.getName().charAt(0)) + call.getName().substring(1);
    }

    boolean paged() {
        return paginator != null;
    }

    /** An empty builder of the request. */
    SdkPojo newRequest() {
        return builderOf(call.getParameterTypes()[0]);
    }

    /** An empty builder of the response; it knows the response's fields. */
    SdkPojo newResponse() {
        return builderOf(call.getReturnType());
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

    /** Whether {@code method} is an operation: takes a request, returns a plain response. */
    static boolean isOperation(Method method) {
        return method.getParameterCount() == 1
                && SdkRequest.class.isAssignableFrom(method.getParameterTypes()[0])
                && SdkResponse.class.isAssignableFrom(method.getReturnType());
    }

    private static SdkPojo builderOf(Class<?> type) {
        try {
            return (SdkPojo) type.getMethod("builder").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no class of the AWS SDK: " + type.getName(), e);
        }
    }

    private static Object invoke(Method method, SdkClient client, SdkRequest request) {
        try {
            return method.invoke(client, request);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(method.getName() + " failed", e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("no public method of the AWS SDK: " + method, e);
        }
    }
}
