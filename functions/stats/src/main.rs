//! Placeholder.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda_http::run(lambda_http::service_fn(|_: lambda_http::Request| async { Ok::<_, std::convert::Infallible>("placeholder") })).await
}
