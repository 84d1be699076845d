//! Limits that a module is checked against before an engine sees it: no limit applies while an engine compiles, and a few bytes
//! can mean hours of work for it. The check is one pass over the file, in time proportional to its size.

use wasmparser::{
    BinaryReaderError, BlockType, ConstExpr, DataKind, ElementItems, ElementKind, FuncType, FunctionBody,
    Operator, Parser, Payload, TableInit,
};

use crate::error::LoadFault;
use crate::error::WasmPart;
use crate::options::wasm_limits::WasmLimits;

/// Compilers merge equal types, so that large programs have some hundreds of them.
const TYPES: usize = 20_000;
/// In every C ABI more values than this go through memory; a type costs work at each call and at each branch.
const PARAMS: usize = 256;
/// C and Rust have one result; each result costs work at each call and at each branch.
const RESULTS: usize = 64;
/// Each data symbol of `--export-dynamic` is a global that is exported.
const GLOBALS: usize = 100_000;
/// Data symbols and functions; `--export-dynamic` exports each of them.
const EXPORTS: usize = 100_000;
/// Entries of all element segments; the limit of the table bounds those that are used.
const ELEMENTS: usize = 1_000_000;
/// A switch with as many cases has as many blocks.
const DEPTH: usize = 5_000;
/// Operators of a constant, which engines evaluate recursively; a linker needs four.
const CONSTANT: usize = 64;
/// Instructions on ranges of memory and tables in one function. Wasmtime looks at the clock only where a function or a loop
/// begins, and each of these instructions may take as long as filling all of the memory.
const BULK: usize = 2_000;
/// Work for each byte of code that the limit allows. Compiled code has less than one unit of work per byte.
const WORK_PER_BYTE: usize = 2;

/// Refuses a module that goes beyond the limits.
pub(super) fn check(bytes: &[u8], limits: &WasmLimits) -> Result<(), LoadFault> {
    let mut module = Module::new(limits);
    for payload in Parser::new(0).parse_all(bytes) {
        module.read(payload.map_err(invalid)?)?;
    }
    Ok(())
}

/// Refuses a file that is too large to be read.
pub(super) fn check_size(bytes: &[u8], limits: &WasmLimits) -> Result<(), LoadFault> {
    at_most(bytes.len(), limits.module, WasmPart::Bytes)
}

fn at_most(found: usize, limit: usize, part: WasmPart) -> Result<(), LoadFault> {
    if found > limit { Err(LoadFault::WasmLimit { part, limit }) } else { Ok(()) }
}

#[cold]
fn invalid(error: BinaryReaderError) -> LoadFault {
    LoadFault::InvalidCode(error.to_string())
}

/// How many values go into and come out of a function or a block.
#[derive(Clone, Copy, Default)]
struct Arity {
    params: usize,
    results: usize,
}

impl Arity {
    fn both(self) -> usize {
        self.params + self.results
    }
}

/// What is known of a module while it is read.
struct Module<'a> {
    limits: &'a WasmLimits,
    types: Vec<Arity>,
    /// The type of each function. None is imported: such a module was refused before.
    functions: Vec<u32>,
    elements: usize,
    bodies: usize,
    /// What an engine has to do: the operators, the values that they move, and the locals.
    work: usize,
    /// For each enclosing block, the number of values that a branch to it carries.
    labels: Vec<usize>,
    bulk: usize,
}

impl<'a> Module<'a> {
    fn new(limits: &'a WasmLimits) -> Self {
        Module {
            limits,
            types: Vec::new(),
            functions: Vec::new(),
            elements: 0,
            bodies: 0,
            work: 0,
            labels: Vec::new(),
            bulk: 0,
        }
    }

    fn read(&mut self, payload: Payload<'_>) -> Result<(), LoadFault> {
        match payload {
            Payload::TypeSection(types) => {
                at_most(types.count() as usize, TYPES, WasmPart::Types)?;
                for found in types.into_iter_err_on_gc_types() {
                    self.types.push(arity(&found.map_err(invalid)?)?);
                }
            }
            Payload::FunctionSection(functions) => {
                at_most(functions.count() as usize, self.limits.functions, WasmPart::Functions)?;
                self.functions = functions.into_iter().collect::<Result<_, _>>().map_err(invalid)?;
            }
            Payload::TableSection(tables) => {
                for table in tables {
                    if let TableInit::Expr(init) = table.map_err(invalid)?.init {
                        constant(&init)?;
                    }
                }
            }
            Payload::GlobalSection(globals) => {
                at_most(globals.count() as usize, GLOBALS, WasmPart::Globals)?;
                for global in globals {
                    constant(&global.map_err(invalid)?.init_expr)?;
                }
            }
            Payload::ExportSection(exports) => {
                at_most(exports.count() as usize, EXPORTS, WasmPart::Exports)?;
            }
            Payload::ElementSection(segments) => {
                for segment in segments {
                    self.element(segment.map_err(invalid)?)?;
                }
            }
            Payload::DataSection(segments) => {
                for segment in segments {
                    if let DataKind::Active { offset_expr, .. } = segment.map_err(invalid)?.kind {
                        constant(&offset_expr)?;
                    }
                }
            }
            Payload::CodeSectionStart { count, size, .. } => {
                at_most(count as usize, self.limits.functions, WasmPart::Functions)?;
                at_most(size as usize, self.limits.code, WasmPart::CodeBytes)?;
            }
            Payload::CodeSectionEntry(body) => self.body(&body)?,
            _ => {}
        }
        Ok(())
    }

    fn element(&mut self, segment: wasmparser::Element<'_>) -> Result<(), LoadFault> {
        if let ElementKind::Active { offset_expr, .. } = &segment.kind {
            constant(offset_expr)?;
        }
        let count = match &segment.items {
            ElementItems::Functions(items) => items.count(),
            ElementItems::Expressions(_, items) => items.count(),
        };
        self.elements = self.elements.saturating_add(count as usize);
        at_most(self.elements, ELEMENTS, WasmPart::Elements)?;
        if let ElementItems::Expressions(_, items) = segment.items {
            for item in items {
                constant(&item.map_err(invalid)?)?;
            }
        }
        Ok(())
    }

    fn body(&mut self, body: &FunctionBody<'_>) -> Result<(), LoadFault> {
        at_most(body.range().len(), self.limits.function, WasmPart::FunctionBytes)?;
        for locals in body.get_locals_reader().map_err(invalid)? {
            let (count, _) = locals.map_err(invalid)?;
            self.add_work(count as usize)?;
        }
        let results = self.function(self.bodies).results;
        self.bodies += 1;
        self.bulk = 0;
        self.labels.clear();
        self.labels.push(results);
        let mut operators = body.get_operators_reader().map_err(invalid)?;
        while !operators.eof() {
            let operator = operators.read().map_err(invalid)?;
            let values = self.values(&operator);
            self.add_work(values.saturating_add(1))?;
            self.nest(&operator)?;
        }
        Ok(())
    }

    fn add_work(&mut self, more: usize) -> Result<(), LoadFault> {
        self.work = self.work.saturating_add(more);
        at_most(self.work, self.limits.code.saturating_mul(WORK_PER_BYTE), WasmPart::Work)
    }

    /// How many values an operator moves, beyond the few that every operator takes.
    fn values(&self, operator: &Operator<'_>) -> usize {
        match operator {
            Operator::Block { blockty } | Operator::Loop { blockty } | Operator::If { blockty } => {
                self.block(*blockty).both()
            }
            Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                self.function(*function_index as usize).both()
            }
            Operator::CallIndirect { type_index, .. }
            | Operator::ReturnCallIndirect { type_index, .. }
            | Operator::CallRef { type_index }
            | Operator::ReturnCallRef { type_index } => self.arity(*type_index).both(),
            Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => {
                self.label(*relative_depth)
            }
            // Every target carries as many values as the default one, or the engine refuses the module.
            Operator::BrTable { targets } => {
                let each = self.label(targets.default());
                (targets.len() as usize + 1).saturating_mul(each + 1)
            }
            Operator::Return => self.labels.first().copied().unwrap_or(0),
            Operator::Else | Operator::End => self.labels.last().copied().unwrap_or(0),
            _ => 0,
        }
    }

    fn nest(&mut self, operator: &Operator<'_>) -> Result<(), LoadFault> {
        match operator {
            Operator::Block { blockty } | Operator::If { blockty } => {
                self.labels.push(self.block(*blockty).results);
            }
            Operator::Loop { blockty } => self.labels.push(self.block(*blockty).params),
            Operator::End => {
                self.labels.pop();
            }
            operator if is_bulk(operator) => self.bulk += 1,
            _ => return Ok(()),
        }
        at_most(self.bulk, BULK, WasmPart::Bulk)?;
        at_most(self.labels.len(), DEPTH, WasmPart::Depth)
    }

    fn label(&self, depth: u32) -> usize {
        self.labels.iter().rev().nth(depth as usize).copied().unwrap_or(0)
    }

    fn function(&self, index: usize) -> Arity {
        self.functions.get(index).map_or(Arity::default(), |index| self.arity(*index))
    }

    fn arity(&self, type_index: u32) -> Arity {
        self.types.get(type_index as usize).copied().unwrap_or_default()
    }

    fn block(&self, block: BlockType) -> Arity {
        match block {
            BlockType::Empty => Arity::default(),
            BlockType::Type(_) => Arity { params: 0, results: 1 },
            BlockType::FuncType(index) => self.arity(index),
        }
    }
}

fn arity(found: &FuncType) -> Result<Arity, LoadFault> {
    let arity = Arity { params: found.params().len(), results: found.results().len() };
    at_most(arity.params, PARAMS, WasmPart::Params)?;
    at_most(arity.results, RESULTS, WasmPart::Results)?;
    Ok(arity)
}

fn constant(expression: &ConstExpr<'_>) -> Result<(), LoadFault> {
    let mut operators = expression.get_operators_reader();
    let mut count = 0;
    while !operators.eof() {
        operators.read().map_err(invalid)?;
        count += 1;
        at_most(count, CONSTANT, WasmPart::Constant)?;
    }
    Ok(())
}

fn is_bulk(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::MemoryFill { .. }
            | Operator::MemoryCopy { .. }
            | Operator::MemoryInit { .. }
            | Operator::MemoryGrow { .. }
            | Operator::TableFill { .. }
            | Operator::TableCopy { .. }
            | Operator::TableInit { .. }
            | Operator::TableGrow { .. }
    )
}
