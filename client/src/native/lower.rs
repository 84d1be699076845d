//! What the SDKs' structs cannot say becomes any JSON, with a note.

use crate::fault::{Note, Place};
use crate::model::{Args, Field, Item, Kind, Model, Type};
use crate::read::step;

/// The most members that the SDKs read into a struct.
const MOST_FIELDS: usize = 64;
/// The model with the types that an SDK has. `has_arrays` says whether its arrays hold every type.
pub fn lowered(model: &Model, has_arrays: bool, notes: &mut Vec<Note>) -> Model {
    let mut lower = Lower { model, has_arrays, notes };
    let mut result = model.clone();
    for shape in &mut result.shapes {
        let part = |key: &str| shape.place.part(&format!("/properties/{}", step(key)));
        match &mut shape.kind {
            Kind::Struct(fields) => {
                fields.retain(|field| lower.is_name(&part(&field.key), &field.key));
                fields.iter_mut().for_each(|field| lower.field(&part(&field.key), field, shape.is_sent));
            }
            Kind::Enum(words) => words.retain(|word| lower.is_text(&shape.place, &word.value)),
        }
    }
    result.commands.retain(|command| lower.is_text(&Place::of_command(&command.name, ""), &command.name));
    for command in &mut result.commands {
        let place = Place::of_command(&command.name, "/returns");
        command.returns.ty = lower.ty(&command.returns.ty, &place);
        if matches!(command.args, Args::Struct(shape) if is_too_large(model, shape)) {
            command.args = Args::Free;
        }
    }
    result.events.retain(|event| lower.is_text(&Place::of_event(&event.name), &event.name));
    for event in &mut result.events {
        let place = Place::of_event(&event.name);
        event.data = lower.ty(&event.data, &place);
    }
    result
}

/// Whether a struct has more members than the SDKs read.
pub fn is_too_large(model: &Model, shape: usize) -> bool {
    model.fields(shape).len() > MOST_FIELDS
}

struct Lower<'a> {
    model: &'a Model,
    has_arrays: bool,
    notes: &'a mut Vec<Note>,
}

impl Lower<'_> {
    fn note(&mut self, place: &Place, text: &str) {
        self.notes.push(Note { place: place.clone(), text: text.to_owned() });
    }

    /// Whether a text can be a string of C.
    fn is_text(&mut self, place: &Place, text: &str) -> bool {
        if text.contains('\0') {
            self.note(place, "there is a NUL in it; it is left out");
        }
        !text.contains('\0')
    }

    /// Whether a text can be the key of a member.
    fn is_name(&mut self, place: &Place, key: &str) -> bool {
        if key.is_empty() {
            self.note(place, "the name is empty; it is left out");
        }
        !key.is_empty() && self.is_text(place, key)
    }

    fn field(&mut self, place: &Place, field: &mut Field, is_sent: bool) {
        if is_sent && field.is_required && field.item.is_nullable && field.item.ty != Type::Any {
            self.note(place, "null has to be sent; any JSON is taken");
            field.item = Item::of(Type::Any);
        }
        field.item.ty = self.ty(&field.item.ty, place);
    }

    fn ty(&mut self, ty: &Type, place: &Place) -> Type {
        match ty {
            Type::Map(_) => {
                self.note(place, "a map; any object is taken");
                Type::Object
            }
            Type::Named(shape) if is_too_large(self.model, *shape) => {
                self.note(place, "more than 64 properties; any object is taken");
                Type::Object
            }
            Type::Array(item) => self.array(item, place),
            _ => ty.clone(),
        }
    }

    fn array(&mut self, item: &Item, place: &Place) -> Type {
        let inner = Item { ty: self.ty(&item.ty, place), is_nullable: item.is_nullable };
        let is_listed = matches!(inner.ty, Type::String | Type::Named(_)) && !inner.is_nullable;
        if !self.has_arrays && !is_listed {
            self.note(place, "an array of neither strings nor objects; any JSON is taken");
            return Type::Any;
        }
        Type::Array(Box::new(inner))
    }
}
