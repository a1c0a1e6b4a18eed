// Sequelize's own schema calls rebuild tables by DROP with foreign keys on: on a table with children that deletes their rows,
// without an error. They are told by their type, so that no other name for the object hides them.

/** @typedef {import('eslint').Scope.Scope['block']} Node */

/** Of `Sequelize` and `Model`; of `QueryInterface` it is all of them. */
const SCHEMA_CALLS = new Set(['sync', 'drop', 'getQueryInterface', 'queryInterface'])

/** @type {import('eslint').Rule.RuleModule} */
export const sequelizeSchemaCalls = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      forbidden: "Sequelize's '{{name}}' rebuilds tables and loses rows: use database/operations.ts.",
    },
  },
  create(context) {
    const { program, esTreeNodeToTSNodeMap } = context.sourceCode.parserServices
    const checker = program.getTypeChecker()
    /**
     * @param {Node} object
     * @param {Node} property
     * @param {boolean} isComputed
     */
    const look = (object, property, isComputed) => {
      const name = nameOf(property, isComputed)
      if (name === null) return
      const declared = checker.getTypeAtLocation(esTreeNodeToTSNodeMap.get(object))
      const type = checker.getApparentType(checker.getNonNullableType(declared))
      /** @type {import('typescript').Declaration[]} */
      const declarations = checker.getPropertyOfType(type, name)?.declarations ?? []
      if (declarations.some((declaration) => isSchemaCall(declaration, name)))
        context.report({ node: property, messageId: 'forbidden', data: { name } })
    }
    return {
      MemberExpression: ({ object, property, computed }) => look(object, property, computed),
      ObjectPattern(pattern) {
        for (const property of pattern.properties)
          if (property.type === 'Property') look(pattern, property.key, property.computed)
      },
    }
  },
}

/**
 * @param {Node} property
 * @param {boolean} isComputed
 */
function nameOf(property, isComputed) {
  if (property.type === 'Literal') return String(property.value)
  return property.type === 'Identifier' && !isComputed ? property.name : null
}

/**
 * @param {import('typescript').Declaration} declaration
 * @param {string} name
 */
function isSchemaCall(declaration, name) {
  if (!/[\\/]node_modules[\\/]sequelize[\\/]/.test(declaration.getSourceFile().fileName)) return false
  const owner = /** @type {{ name?: import('typescript').Identifier }} */ (declaration.parent).name?.text
  return SCHEMA_CALLS.has(name) || owner === 'QueryInterface'
}
