//! Which service owns which port.
