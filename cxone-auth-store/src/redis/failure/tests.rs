use super::*;

#[test]
fn a_connection_that_has_ended_is_told_from_one_that_is_late() {
    for kind in [
        io::ErrorKind::BrokenPipe,
        io::ErrorKind::ConnectionReset,
        io::ErrorKind::UnexpectedEof,
    ] {
        let lost = of_io_error(&kind.into());
        assert!(matches!(lost, Failure::Lost(_)), "{kind}");
        let lost = of_client(&io::Error::from(kind).into());
        assert!(matches!(lost, Failure::Lost(_)), "{kind}");
    }
    for kind in [
        io::ErrorKind::TimedOut,
        io::ErrorKind::WouldBlock,
        io::ErrorKind::ConnectionRefused,
    ] {
        let failed = of_io_error(&kind.into());
        assert!(matches!(failed, Failure::Final(_)), "{kind}");
        let text = failed.into_error().to_string();
        let failed = of_client(&io::Error::from(kind).into());
        assert!(matches!(failed, Failure::Final(_)), "{kind}");
        assert_eq!(failed.into_error().to_string(), text);
    }
}
