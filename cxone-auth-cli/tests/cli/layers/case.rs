//! One combination of layers, and what has to come of it.

/// What names the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// `--profile`.
    ByFlag,
    /// `CXONE_AUTH_PROFILE`.
    ByVariable,
}

/// A layer, and its bit in a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    Flag = 1,
    Profile = 2,
    Variable = 4,
}

#[derive(Debug)]
pub(super) struct Case {
    pub(super) named: Named,
    /// The layers that give an address.
    pub(super) address: u8,
    /// The layers that give a secret.
    pub(super) secret: u8,
    /// Whether the variable names a file and the profile holds a value, or the other way round.
    pub(super) is_variable_a_file: bool,
}

pub(super) const LAYERS: [Layer; 3] = [Layer::Flag, Layer::Profile, Layer::Variable];

impl Layer {
    pub(super) fn is_in(self, set: u8) -> bool {
        set & self as u8 != 0
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Profile => "profile",
            Self::Variable => "variable",
        }
    }
}

impl Case {
    /// The strongest layer first.
    fn order(&self) -> [Layer; 3] {
        match self.named {
            Named::ByFlag => [Layer::Flag, Layer::Profile, Layer::Variable],
            Named::ByVariable => [Layer::Flag, Layer::Variable, Layer::Profile],
        }
    }

    fn first(&self, set: u8) -> Layer {
        let mut given = self.order().into_iter().filter(|layer| layer.is_in(set));
        given.next().unwrap()
    }

    /// Where the secret of which layer has to go; none where it has to be refused.
    pub(super) fn expected(&self) -> Option<(Layer, Layer)> {
        let (address, secret) = (self.first(self.address), self.first(self.secret));
        let is_drawn_away = address == Layer::Variable && secret == Layer::Profile;
        (!is_drawn_away).then_some((address, secret))
    }

    /// The layers whose secret is not used.
    pub(super) fn ignored(&self) -> Vec<Layer> {
        let first = self.first(self.secret);
        let rest = LAYERS.into_iter().filter(|layer| *layer != first);
        rest.filter(|layer| layer.is_in(self.secret)).collect()
    }

    /// What the layer's secret is called.
    pub(super) fn secret_name(&self, layer: Layer) -> &'static str {
        match (layer, self.is_variable_a_file) {
            (Layer::Flag, _) => "--client-secret-file",
            (Layer::Profile, true) => "client-secret in profile p",
            (Layer::Profile, false) => "client-secret-file in profile p",
            (Layer::Variable, true) => "CXONE_AUTH_CLIENT_SECRET_FILE",
            (Layer::Variable, false) => "CXONE_AUTH_CLIENT_SECRET",
        }
    }
}
