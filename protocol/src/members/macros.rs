//! What writes the impls.

/// States the members of an object; see [`members`](mod@crate::members).
#[doc(hidden)]
#[macro_export]
macro_rules! members {
    (writes $name:ident $members:tt) => { $crate::members! { @writes $name [$name] [] $members } };
    (writes $name:ident<$life:lifetime> $members:tt) => {
        $crate::members! { @writes $name [$name<$life>] [<$life>] $members }
    };
    (writes $name:ident<$type:ident> $members:tt) => {
        $crate::members! { @writes $name [$name<$type>] [<$type: $crate::members::serde_core::Serialize>] $members }
    };
    (writes $name:ident<$life:lifetime, $type:ident> $members:tt) => {
        $crate::members! {
            @writes $name [$name<$life, $type>]
            [<$life, $type: $crate::members::serde_core::Serialize + ?Sized>] $members
        }
    };
    (reads $name:ident $members:tt) => { $crate::members! { @reads $name [$name] [<'de>] $members } };
    (reads $name:ident<$life:lifetime> $members:tt) => {
        $crate::members! { @reads $name [$name<$life>] [<'de: $life, $life>] $members }
    };
    (reads $name:ident<$type:ident> $members:tt) => {
        $crate::members! {
            @reads $name [$name<$type>] [<'de, $type: $crate::members::serde_core::Deserialize<'de>>] $members
        }
    };
    (reads $name:ident<$life:lifetime, $type:ident> $members:tt) => {
        $crate::members! {
            @reads $name [$name<$life, $type>]
            [<'de: $life, $life, $type: $crate::members::serde_core::Deserialize<'de>>] $members
        }
    };
    ($name:ident $(<$($parameter:tt),+>)? { $($members:tt)+ }) => {
        $crate::members! { writes $name $(<$($parameter),+>)? { $($members)+ } }
        $crate::members! { reads $name $(<$($parameter),+>)? { $($members)+ } }
    };
    (@writes $name:ident [$($type:tt)*] [$($parameters:tt)*] {
        $([$tag_key:literal = $tag:literal])? $(.. $flat:ident,)?
        $($kind:ident $field:ident $(as $key:literal)?),* $(,)? $(; others $others:ident)?
    }) => {
        impl $($parameters)* $crate::members::Members for $($type)* {
            fn write<M>(&self, object: &mut M) -> ::std::result::Result<(), M::Error>
            where
                M: $crate::members::serde_core::ser::SerializeStruct,
            {
                $(object.serialize_field($tag_key, $tag)?;)?
                $($crate::members::Members::write(&self.$flat, object)?;)?
                $(if $crate::members::kinds::$kind::is_written(&self.$field) {
                    object.serialize_field($crate::members!(@key $field $($key)?), &self.$field)?;
                })*
                Ok(())
            }
        }

        impl $($parameters)* $crate::members::serde_core::Serialize for $($type)* {
            fn serialize<S>(&self, to: S) -> ::std::result::Result<S::Ok, S::Error>
            where
                S: $crate::members::serde_core::Serializer,
            {
                $crate::members::write(self, stringify!($name), to)
            }
        }
    };
    (@writes $name:ident [$($type:tt)*] [$($parameters:tt)*] {
        $($kind:ident $field:ident $(as $key:literal)?),+ $(,)?; rest $rest:ident
    }) => {
        impl $($parameters)* $crate::members::serde_core::Serialize for $($type)* {
            fn serialize<S>(&self, to: S) -> ::std::result::Result<S::Ok, S::Error>
            where
                S: $crate::members::serde_core::Serializer,
            {
                use $crate::members::serde_core::ser::SerializeMap;

                let mut object = to.serialize_map(None)?;
                $(if $crate::members::kinds::$kind::is_written(&self.$field) {
                    object.serialize_entry($crate::members!(@key $field $($key)?), &self.$field)?;
                })+
                for (key, value) in &self.$rest {
                    object.serialize_entry(key, value)?;
                }
                object.end()
            }
        }
    };
    (@reads $name:ident [$($type:tt)*] [$($parameters:tt)*] {
        $($kind:ident $field:ident $(as $key:literal)?),+ $(,)? $(; others $others:ident)? $(; rest $rest:ident)?
    }) => {
        impl $($parameters)* $crate::members::Object<'de> for $($type)* {
            const NAME: &'static str = stringify!($name);
            const KEYS: &'static [&'static str] = &[$($crate::members!(@key $field $($key)?)),+];

            fn from_members<A>(mut members: A) -> ::std::result::Result<Self, A::Error>
            where
                A: $crate::members::serde_core::de::MapAccess<'de>,
            {
                $(let mut $field = None;)+
                $(let mut $rest = $crate::members::start(|all: &Self| &all.$rest);)?
                while let Some(key) = members.next_key_seed($crate::members!(@key_seed [$($others)?]))? {
                    match &*key {
                        $($crate::members!(@key $field $($key)?) => $crate::members::put(
                            &mut $field,
                            $crate::members!(@key $field $($key)?),
                            &mut members,
                            $crate::members::kinds::$kind::read,
                        )?,)+
                        _ => $crate::members!(@other key members [$($rest)?]),
                    }
                }
                Ok($name {
                    $($field: match $field {
                        Some(value) => value,
                        None => $crate::members::kinds::$kind::missing($crate::members!(@key $field $($key)?))?,
                    },)+
                    $($rest,)?
                })
            }
        }

        impl $($parameters)* $crate::members::serde_core::Deserialize<'de> for $($type)* {
            fn deserialize<D>(from: D) -> ::std::result::Result<Self, D::Error>
            where
                D: $crate::members::serde_core::Deserializer<'de>,
            {
                $crate::members::read(from)
            }
        }
    };
    (@key_seed []) => { $crate::members::Key(None) };
    (@key_seed [refused]) => { $crate::members::Key(Some(<Self as $crate::members::Object<'de>>::KEYS)) };
    (@other $key:ident $members:ident []) => { $crate::members::skip(&mut $members)? };
    (@other $key:ident $members:ident [$rest:ident]) => {
        $crate::members::Rest::take(&mut $rest, &$key, &mut $members)?
    };
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:literal) => { $key };
}
