using System.Net.Http;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Hale.Sessions;

namespace Hale.Aws.Sessions;

/// <summary>What went wrong with DynamoDB, in words that say what would do.</summary>
internal static class StoreTrouble
{
    /// <summary>The words; null for what is no trouble of the store.</summary>
    public static string? Describe(Exception exception, SessionAddress address, TimeSpan timeout) => exception switch
    {
        OperationCanceledException or TimeoutException => $"DynamoDB did not answer within {timeout.TotalMilliseconds:0} ms.",
        ResourceNotFoundException => $"There is no table {address.Name} there. Make it with a partition key of text, or name another one or another region.",
        ProvisionedThroughputExceededException or RequestLimitExceededException => $"DynamoDB throttles requests to {address.Name}: its capacity is used up.",
        AmazonDynamoDBException { ErrorCode: "ThrottlingException" } => $"DynamoDB throttles requests to {address.Name}.",
        AmazonDynamoDBException { ErrorCode: "AccessDeniedException" } denied => $"The credentials do not permit that: {denied.Message} Needed are GetItem, PutItem and UpdateItem on {address.Name}.",
        AmazonDynamoDBException { ErrorCode: "UnrecognizedClientException" or "InvalidSignatureException" or "ExpiredTokenException" or "MissingAuthenticationTokenException" } refused =>
            $"DynamoDB does not take the credentials: {refused.Message}",
        AmazonDynamoDBException other => $"DynamoDB refused the request: {other.ErrorCode}: {other.Message}",
        HttpRequestException unreachable => $"DynamoDB cannot be reached: {unreachable.Message}",
        AmazonClientException client when client.InnerException is HttpRequestException unreachable => $"DynamoDB cannot be reached: {unreachable.Message}",
        AmazonClientException client => $"DynamoDB cannot be asked: {client.Message}",
        IOException broken => $"DynamoDB cannot be reached: {broken.Message}",
        _ => null,
    };
}
