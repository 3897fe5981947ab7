<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name></name>
    <message>
        <source>Open model</source>
        <translation>打开模型</translation>
    </message>
    <message>
        <source>Open an ONNX model</source>
        <translation>打开 ONNX 模型</translation>
    </message>
    <message>
        <source>Open demo</source>
        <translation>打开演示</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>打开项目</translation>
    </message>
    <message>
        <source>Save project</source>
        <translation>保存项目</translation>
    </message>
    <message>
        <source>Save project as</source>
        <translation>项目另存为</translation>
    </message>
    <message>
        <source>Samples and preprocessing</source>
        <translation>样本与预处理</translation>
    </message>
    <message>
        <source>Data from a folder</source>
        <translation>从文件夹读取数据</translation>
    </message>
    <message>
        <source>Data from a file</source>
        <translation>从文件读取数据</translation>
    </message>
    <message>
        <source>Calibrate</source>
        <translation>校准</translation>
    </message>
    <message>
        <source>Run the model on the data and collect statistics of every tensor</source>
        <translation>在数据上运行模型，收集每个张量的统计</translation>
    </message>
    <message>
        <source>Tune</source>
        <translation>调整</translation>
    </message>
    <message>
        <source>Decide bits, ranges and methods of the selected layers</source>
        <translation>决定所选层的位宽、范围和方法</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>修复</translation>
    </message>
    <message>
        <source>Equalize, correct biases, choose rounding: each step is kept only if it helps</source>
        <translation>均衡、校正偏置、选择舍入：每一步只在有益时保留</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Find widths of each layer: the smallest that keep an error, the best in a size</source>
        <translation>为每层找位宽：满足误差的最小模型，或给定大小内的最佳模型</translation>
    </message>
    <message>
        <source>Fine-tune</source>
        <translation>微调</translation>
    </message>
    <message>
        <source>Train through the quantizer, for few bits</source>
        <translation>带量化器训练，用于低位宽</translation>
    </message>
    <message>
        <source>Measure sensitivity</source>
        <translation>测量敏感度</translation>
    </message>
    <message>
        <source>Quantize each layer alone and see what it does to the result</source>
        <translation>逐层单独量化，看它对结果的影响</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Write the quantized model and check it by running it</source>
        <translation>写出量化模型，并通过运行来检查</translation>
    </message>
    <message>
        <source>Filter layers</source>
        <translation>筛选层</translation>
    </message>
    <message>
        <source>Save report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>One page of all that is known, for people without Quantscope</source>
        <translation>一页汇总全部已知信息，供没有 Quantscope 的人查看</translation>
    </message>
    <message>
        <source>Guide</source>
        <translation>指南</translation>
    </message>
    <message>
        <source>From a bad int8 model to a good one, with every command</source>
        <translation>从糟糕的 int8 模型到好的模型，附全部命令</translation>
    </message>
    <message>
        <source>Ranges from a file</source>
        <translation>从文件读取范围</translation>
    </message>
    <message>
        <source>What a table of another tool says: AIMET, QNN, onnxruntime, TensorRT, ncnn ...</source>
        <translation>其他工具的表格所记录的内容：AIMET、QNN、onnxruntime、TensorRT、ncnn 等</translation>
    </message>
    <message>
        <source>Find a layer or a command</source>
        <translation>查找层或命令</translation>
    </message>
    <message>
        <source>Cancel the work in progress</source>
        <translation>取消正在进行的工作</translation>
    </message>
    <message>
        <source>Keep float</source>
        <translation>保持浮点</translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>4 bit</source>
        <translation>4 位</translation>
    </message>
    <message>
        <source>8 bit</source>
        <translation>8 位</translation>
    </message>
    <message>
        <source>16 bit</source>
        <translation>16 位</translation>
    </message>
    <message>
        <source>Best method</source>
        <translation>最佳方法</translation>
    </message>
    <message>
        <source>Best method for the outputs</source>
        <translation>对输出最好的方法</translation>
    </message>
    <message>
        <source>Correct bias</source>
        <translation>校正偏置</translation>
    </message>
    <message>
        <source>Reset to the defaults</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Theme of the system</source>
        <translation>跟随系统主题</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>浅色主题</translation>
    </message>
    <message>
        <source>Dark theme</source>
        <translation>深色主题</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>About Quantscope</source>
        <translation>关于 Quantscope</translation>
    </message>
    <message>
        <source>The language changes with the next start</source>
        <translation>语言在下次启动时更改</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Open a model first</source>
        <translation>请先打开模型</translation>
    </message>
    <message>
        <source>This model is quantized already: open its float original</source>
        <translation>该模型已量化：请打开其浮点原模型</translation>
    </message>
    <message>
        <source>The data is not open: say under Data where and how it is</source>
        <translation>数据没有打开：请在“数据”中说明其位置和方式</translation>
    </message>
    <message>
        <source>Choose data first: a folder of images or a file of arrays</source>
        <translation>请先选择数据：图片文件夹或数组文件</translation>
    </message>
    <message>
        <source>Calibrate first: ranges come from statistics</source>
        <translation>请先校准：范围来自统计</translation>
    </message>
    <message>
        <source>Choose one or more layers first</source>
        <translation>请先选择一层或多层</translation>
    </message>
    <message>
        <source>Letters of what can be pressed, while it is held</source>
        <translation>按住时显示可按项的字母</translation>
    </message>
    <message>
        <source>Logarithmic counts</source>
        <translation>对数计数</translation>
    </message>
    <message>
        <source>Quantized values over the float ones</source>
        <translation>在浮点值上叠加量化值</translation>
    </message>
    <message>
        <source>Values of the codes</source>
        <translation>各编码的值</translation>
    </message>
    <message>
        <source>Left, Right</source>
        <translation>左、右</translation>
    </message>
    <message>
        <source>Move a clip line by one step</source>
        <translation>将截断线移动一步</translation>
    </message>
    <message>
        <source>Up, Down</source>
        <translation>上、下</translation>
    </message>
    <message>
        <source>Choose the low or the high clip line</source>
        <translation>选择下限或上限截断线</translation>
    </message>
    <message>
        <source>Space, held</source>
        <translation>按住空格</translation>
    </message>
    <message>
        <source>The layer as it was before its last change</source>
        <translation>该层在上次改动之前的样子</translation>
    </message>
    <message>
        <source>Alt while dragging</source>
        <translation>拖动时按 Alt</translation>
    </message>
    <message>
        <source>Do not snap to the methods</source>
        <translation>不吸附到各方法</translation>
    </message>
    <message>
        <source>blocks of {0}</source>
        <translation>每 {0} 个一块</translation>
    </message>
    <message>
        <source>per tensor</source>
        <translation>整个张量</translation>
    </message>
    <message>
        <source>per channel</source>
        <translation>逐通道</translation>
    </message>
    <message>
        <source>Signal to quantization noise of this tensor alone, in dB.
Above 30 is good, below 10 the tensor has lost its shape.</source>
        <translation>仅此张量的信号与量化噪声比，单位 dB。
高于 30 为好，低于 10 时张量已失真。</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Name of the node in the model.</source>
        <translation>模型中节点的名称。</translation>
    </message>
    <message>
        <source>Bits of the weight / bits of the output.
A dash: there is none, f: it stays float; float: the whole layer computes in float.</source>
        <translation>权重位数 / 输出位数。
短横：没有；f：保持浮点；浮点：整层以浮点计算。</translation>
    </message>
    <message>
        <source>W/A</source>
        <translation>W/A</translation>
    </message>
    <message>
        <source>float</source>
        <translation>浮点</translation>
    </message>
    <message>
        <source>How many dB of that this layer introduced: its figure less that of the worst that
feeds it. Empty where it loses nothing.</source>
        <translation>其中由本层引入的 dB：本层数值减去其输入中最差者的数值。
没有损失时为空。</translation>
    </message>
    <message>
        <source>How many dB the outputs win (or your own metric) if this layer alone is kept float.
Gains of several layers do not add up.</source>
        <translation>仅将本层保持浮点时，输出（或您自己的指标）提高多少 dB。
多层的收益不可相加。</translation>
    </message>
    <message>
        <source>SQNR of the network&apos;s outputs with only this layer quantized, in dB, or your own
metric of them: the worst hurts most.</source>
        <translation>仅量化本层时网络输出的 SQNR（dB），或您自己的指标：
最差者损害最大。</translation>
    </message>
    <message>
        <source>So far</source>
        <translation>累计</translation>
    </message>
    <message>
        <source>Drop</source>
        <translation>下降</translation>
    </message>
    <message>
        <source>If float</source>
        <translation>若浮点</translation>
    </message>
    <message>
        <source>Alone dB</source>
        <translation>单独 dB</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Number format of the weight.</source>
        <translation>权重的数字格式。</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Number format of the activation this layer makes.</source>
        <translation>该层产生的激活的数字格式。</translation>
    </message>
    <message>
        <source>SQNR of the output with every layer before it quantized too, in dB,
measured on a few samples behind each change; grey while it is of an older plan.</source>
        <translation>连同之前各层一起量化时输出的 SQNR（dB），
每次改动后在少量样本上测量；属于旧方案时为灰色。</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>算子</translation>
    </message>
    <message>
        <source>ONNX operator.</source>
        <translation>ONNX 算子。</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>What chose the range of the output (of the weight where there is none).</source>
        <translation>由什么选定输出的范围（没有输出时为权重）。</translation>
    </message>
    <message>
        <source>W dB</source>
        <translation>权重 dB</translation>
    </message>
    <message>
        <source>Out dB</source>
        <translation>输出 dB</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>下限</translation>
    </message>
    <message>
        <source>Smallest real number of the output&apos;s range.</source>
        <translation>输出范围的最小实数。</translation>
    </message>
    <message>
        <source>High</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>Largest real number of the output&apos;s range.</source>
        <translation>输出范围的最大实数。</translation>
    </message>
    <message>
        <source>Granularity</source>
        <translation>粒度</translation>
    </message>
    <message>
        <source>How many weights share one scale.</source>
        <translation>多少个权重共用一个缩放因子。</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>字节</translation>
    </message>
    <message>
        <source>Parameters of the layer once quantized.</source>
        <translation>该层量化后的参数大小。</translation>
    </message>
    <message>
        <source>Stays float because</source>
        <translation>保持浮点的原因</translation>
    </message>
    <message>
        <source>Why a layer is not quantized.</source>
        <translation>为什么该层没有量化。</translation>
    </message>
    <message>
        <source>How gradients pass the rounding</source>
        <translation>梯度如何通过舍入</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>轮数</translation>
    </message>
    <message>
        <source>Passes over the data</source>
        <translation>遍历数据的次数</translation>
    </message>
    <message>
        <source>Weight rate</source>
        <translation>权重学习率</translation>
    </message>
    <message>
        <source>Learning rate of weights, in steps of their grid: one value suits all widths</source>
        <translation>权重的学习率，以其网格步长计：一个值适合所有位宽</translation>
    </message>
    <message>
        <source>Range rate</source>
        <translation>范围学习率</translation>
    </message>
    <message>
        <source>Learning rate of ranges, as a share of them</source>
        <translation>范围的学习率，按其比例</translation>
    </message>
    <message>
        <source>Teacher</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>What the outputs are compared with</source>
        <translation>输出与什么比较</translation>
    </message>
    <message>
        <source>Layer loss</source>
        <translation>层损失</translation>
    </message>
    <message>
        <source>Weight of the error of the layers&apos; own outputs in the loss; 0: of none</source>
        <translation>各层自身输出的误差在损失中的权重；0：不计入</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>分块</translation>
    </message>
    <message>
        <source>So many groups of layers are trained first, one after the other, each on its
own outputs; 0: all layers at once from the beginning</source>
        <translation>先把层分成这么多组，依次在各组自身的输出上训练；
0：从一开始就训练所有层</translation>
    </message>
    <message>
        <source>Augment</source>
        <translation>增强</translation>
    </message>
    <message>
        <source>Turns, shifts, scales and brightens images a little, and mixes them
where no label teaches: few samples teach more</source>
        <translation>对图像稍作旋转、平移、缩放和亮度变化；
没有标签时还会混合图像：少量样本也能学到更多</translation>
    </message>
    <message>
        <source>images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Where the data are images</source>
        <translation>当数据是图像时</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>Adam suits most; SGD, with momentum, keeps half as much beside the weights</source>
        <translation>Adam 适合多数情况；带动量的 SGD 在权重之外只保留一半的数据</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>批大小</translation>
    </message>
    <message>
        <source>Samples a step</source>
        <translation>每步的样本数</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>Of the order of samples, their changes, and who judges</source>
        <translation>决定样本顺序、样本变化以及由哪些样本评判</translation>
    </message>
    <message>
        <source>Held out, %</source>
        <translation>留出，%</translation>
    </message>
    <message>
        <source>Share of the samples that judges and teaches nothing</source>
        <translation>只用于评判、不参与训练的样本比例</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>auto: CUDA where present</source>
        <translation>auto：有 CUDA 时使用 CUDA</translation>
    </message>
    <message>
        <source>Memory, MB</source>
        <translation>内存，MB</translation>
    </message>
    <message>
        <source>What may be kept for gradients: a batch that needs more is run in parts</source>
        <translation>为梯度可保留的内存：需要更多的批次会分成几部分运行</translation>
    </message>
    <message>
        <source>Batch norms</source>
        <translation>批归一化</translation>
    </message>
    <message>
        <source>When they become part of layers</source>
        <translation>何时并入各层</translation>
    </message>
    <message>
        <source>Freeze at, %</source>
        <translation>冻结于，%</translation>
    </message>
    <message>
        <source>Share of the steps after which batch norms keep their statistics</source>
        <translation>经过这一比例的步数后，批归一化的统计量不再变化</translation>
    </message>
    <message>
        <source>Delta</source>
        <translation>Delta</translation>
    </message>
    <message>
        <source>How much ewgs scales gradients; empty: found from the Hessian trace</source>
        <translation>ewgs 缩放梯度的程度；留空：由 Hessian 迹求得</translation>
    </message>
    <message>
        <source>auto</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Hessian every</source>
        <translation>Hessian 间隔</translation>
    </message>
    <message>
        <source>Steps between two Hessian traces, for delta</source>
        <translation>为求 delta，两次 Hessian 迹之间的步数</translation>
    </message>
    <message>
        <source>Range update</source>
        <translation>范围更新</translation>
    </message>
    <message>
        <source>How ste follows the smallest and largest values</source>
        <translation>ste 如何跟随最小值和最大值</translation>
    </message>
    <message>
        <source>Range momentum</source>
        <translation>范围动量</translation>
    </message>
    <message>
        <source>What a moving range keeps of itself at each step</source>
        <translation>移动范围在每一步保留自身的比例</translation>
    </message>
    <message>
        <source>Delay, %</source>
        <translation>延迟，%</translation>
    </message>
    <message>
        <source>Share of the steps before anything is rounded; ranges of ste follow meanwhile</source>
        <translation>开始舍入之前的步数比例；其间 ste 的范围照样跟随</translation>
    </message>
    <message>
        <source>The float model&apos;s outputs teach, and labels too where there are any.</source>
        <translation>以浮点模型的输出为目标；有标签时也用标签。</translation>
    </message>
    <message>
        <source>labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Labels alone teach.</source>
        <translation>只以标签为目标。</translation>
    </message>
    <message>
        <source>float model</source>
        <translation>浮点模型</translation>
    </message>
    <message>
        <source>The float model&apos;s outputs teach; labels do not.</source>
        <translation>以浮点模型的输出为目标；不用标签。</translation>
    </message>
    <message>
        <source>folded</source>
        <translation>已折叠</translation>
    </message>
    <message>
        <source>Before training</source>
        <translation>训练之前</translation>
    </message>
    <message>
        <source>trained</source>
        <translation>参与训练</translation>
    </message>
    <message>
        <source>Trained, then frozen, and folded at the end</source>
        <translation>先训练，再冻结，最后折叠</translation>
    </message>
    <message>
        <source>moving</source>
        <translation>滑动</translation>
    </message>
    <message>
        <source>A moving mean of each batch&apos;s smallest and largest value</source>
        <translation>每批最小值和最大值的滑动平均</translation>
    </message>
    <message>
        <source>running</source>
        <translation>累计</translation>
    </message>
    <message>
        <source>The smallest and largest value of all batches so far</source>
        <translation>至今所有批次的最小值和最大值</translation>
    </message>
    <message>
        <source>fixed</source>
        <translation>固定</translation>
    </message>
    <message>
        <source>Ranges stay as the plan has them</source>
        <translation>范围保持方案中的值</translation>
    </message>
    <message>
        <source>Licence: Apache-2.0.</source>
        <translation>许可证：Apache-2.0。</translation>
    </message>
    <message>
        <source>Qt and PySide6 are used under the LGPL, version 3.</source>
        <translation>Qt 和 PySide6 按 LGPL 第 3 版使用。</translation>
    </message>
    <message>
        <source>Icons: Lucide, ISC and MIT licences.</source>
        <translation>图标：Lucide，ISC 和 MIT 许可证。</translation>
    </message>
    <message>
        <source>The demo network and its images are drawn by this project: Apache-2.0.</source>
        <translation>演示网络及其图像由本项目制作：Apache-2.0。</translation>
    </message>
    <message>
        <source>command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>view</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>{0} cannot be read.</source>
        <translation>无法读取 {0}。</translation>
    </message>
    <message>
        <source>Open {0} with {1} as its data</source>
        <translation>打开 {0}，并以 {1} 作为数据</translation>
    </message>
    <message>
        <source>Drop one model, project or folder of data, or a model with its data.</source>
        <translation>请拖入一个模型、项目或数据文件夹，或一个模型及其数据。</translation>
    </message>
    <message>
        <source>Open the project {0}</source>
        <translation>打开项目 {0}</translation>
    </message>
    <message>
        <source>Open the model {0}</source>
        <translation>打开模型 {0}</translation>
    </message>
    <message>
        <source>{0} is no model (.onnx), project (.qscope), folder, image, sound, table or array.</source>
        <translation>{0} 不是模型 (.onnx)、项目 (.qscope)、文件夹、图像、声音、表格或数组。</translation>
    </message>
    <message>
        <source>{0} is data: open a model first, or drop both together.</source>
        <translation>{0} 是数据：请先打开模型，或将两者一起拖入。</translation>
    </message>
    <message>
        <source>Use {0} as data for {1}</source>
        <translation>将 {0} 用作 {1} 的数据</translation>
    </message>
    <message>
        <source>No browser could be opened: the guide is {0}.</source>
        <translation>无法打开浏览器：指南位于 {0}。</translation>
    </message>
    <message>
        <source>Writing {0}</source>
        <translation>正在写 {0}</translation>
    </message>
    <message>
        <source>Pages (*.html)</source>
        <translation>网页 (*.html)</translation>
    </message>
    <message>
        <source>Its constant takes the type of the activation it meets.</source>
        <translation>该常量采用与其相遇的激活的类型。</translation>
    </message>
    <message>
        <source>It has no weight.</source>
        <translation>没有权重。</translation>
    </message>
    <message>
        <source>Its output stays float: nothing after it asks for codes.</source>
        <translation>其输出保持浮点：之后没有层需要编码。</translation>
    </message>
    <message>
        <source>Stays float: {0}.</source>
        <translation>保持浮点：{0}。</translation>
    </message>
    <message>
        <source>{0}, {1} parameters</source>
        <translation>{0}，{1} 个参数</translation>
    </message>
    <message>
        <source>Pictures prepared as &apos;{0}&apos; are recognised better: {1} of {2}, {3} of {2} as now ({4}, guessed).</source>
        <translation>按“{0}”预处理的图片识别得更好：{2} 张中正确 {1} 张；现在 {2} 张中为 {3} 张（{4}，猜测）。</translation>
    </message>
    <message>
        <source>Of the float network; the model does not say what it was trained with.</source>
        <translation>指浮点网络；模型没有说明训练时用的是哪种。</translation>
    </message>
    <message>
        <source>Use {0}</source>
        <translation>改用 {0}</translation>
    </message>
    <message>
        <source>Prepares pictures so and calibrates again; one undo step.</source>
        <translation>按此预处理图片并重新校准；可一步撤销。</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保持不变</translation>
    </message>
    <message>
        <source>Says no more of it for this data.</source>
        <translation>对此数据不再提示。</translation>
    </message>
    <message>
        <source>This model is quantized already: open its float original.</source>
        <translation>该模型已量化：请打开其浮点原模型。</translation>
    </message>
    <message>
        <source>The data is being opened.</source>
        <translation>正在打开数据。</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>The data could not be opened: say where and how it is.</source>
        <translation>数据无法打开：请说明其位置和方式。</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>选择文件夹</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>选择文件</translation>
    </message>
    <message>
        <source>Choose data to see what fewer bits do.</source>
        <translation>选择数据，看看更少的位宽有何影响。</translation>
    </message>
    <message>
        <source>Calibrating: figures come with the ranges.</source>
        <translation>正在校准：有了范围就有数值。</translation>
    </message>
    <message>
        <source>Calibrate to see what fewer bits do to every layer.</source>
        <translation>校准后即可看到更少位宽对每一层的影响。</translation>
    </message>
    <message>
        <source>Calibrate again</source>
        <translation>重新校准</translation>
    </message>
    <message>
        <source>Recovery no longer fits: figures and layers are of the plan alone.</source>
        <translation>修复不再适用：数字和各层仅反映方案本身。</translation>
    </message>
    <message>
        <source>Recover again</source>
        <translation>重新修复</translation>
    </message>
    <message>
        <source>Fine-tuning no longer fits: figures and layers are of the plan alone.</source>
        <translation>微调不再适用：数字和各层仅反映方案本身。</translation>
    </message>
    <message>
        <source>Fine-tune again</source>
        <translation>重新微调</translation>
    </message>
    <message>
        <source>The preprocessing changed: ranges and figures are of the samples as they were.</source>
        <translation>预处理已改变：范围和数值属于之前的样本。</translation>
    </message>
    <message>
        <source>The statistics are of other data than what is open now: ranges and figures do not fit it.</source>
        <translation>统计量来自另一份数据，而不是现在打开的数据：范围和数值与之不符。</translation>
    </message>
    <message>
        <source>Ranges are being chosen.</source>
        <translation>正在选择范围。</translation>
    </message>
    <message>
        <source>Nothing comes of this plan: undo the last step.</source>
        <translation>此方案没有结果：请撤销上一步。</translation>
    </message>
    <message>
        <source>Looking for the layers that cost most.</source>
        <translation>正在寻找损失最大的层。</translation>
    </message>
    <message>
        <source>Which layers cost most is not known yet.</source>
        <translation>尚不清楚哪些层损失最大。</translation>
    </message>
    <message>
        <source>Find them</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>{0} What is done by default makes up for that.</source>
        <translation>{0}默认处理已弥补这一损失。</translation>
    </message>
    <message>
        <source>{0} of {1} layers were tried, the most suspected first.</source>
        <translation>已试 {1} 层中的 {0} 层，最可疑的在前。</translation>
    </message>
    <message>
        <source>Keep it float</source>
        <translation>保持其浮点</translation>
    </message>
    <message>
        <source>Keep these {0} float</source>
        <translation>保持这 {0} 层浮点</translation>
    </message>
    <message>
        <source>The file grows by the float weights; one undo step.</source>
        <translation>文件会因浮点权重变大；一步即可撤销。</translation>
    </message>
    <message>
        <source>Tried with exactly these float, on {0}.</source>
        <translation>已用{0}试过恰好保持这些层为浮点。</translation>
    </message>
    <message>
        <source>keep float</source>
        <translation>保持浮点</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Judge on a folder</source>
        <translation>用文件夹评判</translation>
    </message>
    <message>
        <source>Samples that nothing was chosen by say how good the network is</source>
        <translation>用未参与任何选择的样本说明网络的好坏</translation>
    </message>
    <message>
        <source>Judge on a file</source>
        <translation>用文件评判</translation>
    </message>
    <message>
        <source>Judge on the data of calibration</source>
        <translation>用校准数据评判</translation>
    </message>
    <message>
        <source>Look for culprits by itself, on or off</source>
        <translation>自动寻找问题层：开或关</translation>
    </message>
    <message>
        <source>Calibrates, judges and looks for the worst layers while nothing else runs</source>
        <translation>空闲时自动校准、评判并寻找最差的层</translation>
    </message>
    <message>
        <source>fine-tuned</source>
        <translation>已微调</translation>
    </message>
    <message>
        <source>the plan alone</source>
        <translation>方案本身</translation>
    </message>
    <message>
        <source>recovered</source>
        <translation>已修复</translation>
    </message>
    <message>
        <source>shared ranges mended</source>
        <translation>共用范围已修复</translation>
    </message>
    <message>
        <source>layers before a logarithm kept float</source>
        <translation>对数之前的层保持浮点</translation>
    </message>
    <message>
        <source>ranges found while running</source>
        <translation>范围在运行时求得</translation>
    </message>
    <message>
        <source>channels evened out</source>
        <translation>已均衡通道</translation>
    </message>
    <message>
        <source>outlier channels smoothed</source>
        <translation>离群通道已平滑</translation>
    </message>
    <message>
        <source>biases corrected</source>
        <translation>已校正偏置</translation>
    </message>
    <message>
        <source>{0} kept float</source>
        <translation>{0}保持浮点</translation>
    </message>
    <message>
        <source>{0} by hand</source>
        <translation>手动{0}</translation>
    </message>
    <message>
        <source>weights {0}, activations {1}</source>
        <translation>权重 {0}，激活值 {1}</translation>
    </message>
    <message>
        <source>Bytes of weights and biases, float and quantized</source>
        <translation>权重和偏置的字节数：浮点与量化</translation>
    </message>
    <message>
        <source>{0} of parameters, {1} as float</source>
        <translation>参数 {0}，浮点时为 {1}</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Of the file as it would be written, float before</source>
        <translation>将写出的文件的大小，浮点在前</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source>Median time of one sample in onnxruntime on this computer, float before</source>
        <translation>本机 onnxruntime 中单个样本的中位时间，浮点在前</translation>
    </message>
    <message>
        <source>Against what is right: float before, quantized after</source>
        <translation>与正确答案相比：浮点在前，量化在后</translation>
    </message>
    <message>
        <source>{0} of {1} changed</source>
        <translation>{1} 个中 {0} 个改变</translation>
    </message>
    <message>
        <source>Against the float network, which needs no labels</source>
        <translation>与浮点网络相比，无需标签</translation>
    </message>
    <message>
        <source>Your own metric, float before</source>
        <translation>您自己的指标，浮点在前</translation>
    </message>
    <message>
        <source>Equal integers</source>
        <translation>整数相等</translation>
    </message>
    <message>
        <source>no figure</source>
        <translation>无数值</translation>
    </message>
    <message>
        <source>worst {0} dB, {1}</source>
        <translation>最差 {0} dB，{1}</translation>
    </message>
    <message>
        <source>SQNR of the outputs against the float network; more is better</source>
        <translation>输出相对于浮点网络的 SQNR，越大越好</translation>
    </message>
    <message>
        <source>{0}, {1} as float</source>
        <translation>{0}，浮点为 {1}</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>层</translation>
    </message>
    <message>
        <source>all {0} compute on integers</source>
        <translation>全部 {0} 层都用整数计算</translation>
    </message>
    <message>
        <source>{0} of {1} kept float</source>
        <translation>{1} 层中有 {0} 层保持浮点</translation>
    </message>
    <message>
        <source>the plan keeps it float</source>
        <translation>方案让它保持浮点</translation>
    </message>
    <message>
        <source>{0} left to {1}: {2}</source>
        <translation>{0}交给{1}：{2}</translation>
    </message>
    <message>
        <source>{0} and {1} more</source>
        <translation>{0} 及另外 {1} 个</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>none: whatever runs ONNX</source>
        <translation>无：任何能运行 ONNX 的环境</translation>
    </message>
    <message>
        <source>better: {0}</source>
        <translation>更合适：{0}</translation>
    </message>
    <message>
        <source>no samples: it is checked and loaded, and nothing is compared</source>
        <translation>没有样本：只检查并加载，不作比较</translation>
    </message>
    <message>
        <source>Verified on</source>
        <translation>验证</translation>
    </message>
    <message>
        <source>each layer on {0} against the float layers, the result on {1}</source>
        <translation>每层用 {0}与浮点层比较，结果用 {1}比较</translation>
    </message>
    <message>
        <source>The result is ruined: {0}.</source>
        <translation>结果已不可用：{0}。</translation>
    </message>
    <message>
        <source>Kept float, {0} would lift the result from {1} to about {2} dB for {3} more.</source>
        <translation>若将 {0} 保持为浮点，结果会从 {1} dB 提高到约 {2} dB（多占 {3}）。</translation>
    </message>
    <message>
        <source>file</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>against the simulation, {0}</source>
        <translation>与模拟相比，{0}</translation>
    </message>
    <message>
        <source>against the float model, {0}</source>
        <translation>与浮点模型相比，{0}</translation>
    </message>
    <message>
        <source>worst output, {0}</source>
        <translation>最差的输出 {0}</translation>
    </message>
    <message>
        <source>latency of one sample</source>
        <translation>单个样本延迟</translation>
    </message>
    <message>
        <source>Next of layers, pages and Tune</source>
        <translation>依次转到层、页面和调整</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>input</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Done when the model was opened: {0}</source>
        <translation>打开模型时已完成：{0}</translation>
    </message>
    <message>
        <source>Nothing to do: {0}.</source>
        <translation>无事可做：{0}。</translation>
    </message>
    <message>
        <source>and {0} more</source>
        <translation>还有 {0} 个</translation>
    </message>
    <message>
        <source>Tables (*.json *.encodings *.cache *.table *.txt *.csv *.cali_table);;All files (*)</source>
        <translation>表格 (*.json *.encodings *.cache *.table *.txt *.csv *.cali_table);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Reading {0}</source>
        <translation>正在读取 {0}</translation>
    </message>
    <message>
        <source>ranges from {0}</source>
        <translation>来自 {0} 的范围</translation>
    </message>
    <message>
        <source>{0} ({1}): {2} and {3} taken.</source>
        <translation>{0}（{1}）：已采用 {2}和 {3}。</translation>
    </message>
    <message>
        <source>{0}, and after each iteration</source>
        <translation>{0}，以及每次迭代之后</translation>
    </message>
    <message>
        <source>Weights alone become integers</source>
        <translation>只有权重变为整数</translation>
    </message>
    <message>
        <source>Activations stay float: for networks of language and where memory is short</source>
        <translation>激活保持浮点：适合语言网络以及内存紧张时</translation>
    </message>
    <message>
        <source>Ranges found while running</source>
        <translation>运行时确定范围</translation>
    </message>
    <message>
        <source>Of the inputs of all layers, convolutions too; no calibration, slower</source>
        <translation>所有层（包括卷积）的输入；无需校准，较慢</translation>
    </message>
    <message>
        <source>Outputs of the network are rounded too</source>
        <translation>网络的输出也舍入</translation>
    </message>
    <message>
        <source>For targets whose answers are codes; as they are, outputs stay float</source>
        <translation>适合以整数码作答的目标；默认输出保持浮点</translation>
    </message>
    <message>
        <source>Observe while inputs are rounded</source>
        <translation>在输入舍入的情况下观察</translation>
    </message>
    <message>
        <source>Each layer is calibrated under the error of those before it; slower</source>
        <translation>每层在其前面各层的误差之下校准；较慢</translation>
    </message>
    <message>
        <source>No tensor of this kind has codes.</source>
        <translation>没有这类张量使用编码。</translation>
    </message>
    <message>
        <source>Best most often: {0}, {1} of {2}. Least behind at worst: {3}, by {4} dB ({5}).</source>
        <translation>最常为最佳：{0}，{2} 个中的 {1} 个。最差时落后最少：{3}，落后 {4} dB（{5}）。</translation>
    </message>
    <message>
        <source>Best for {0} of {1}; behind the best by {2} dB in the middle, {3} at worst ({4})</source>
        <translation>在 {1} 个中有 {0} 个最佳；落后最佳的中位数为 {2} dB，最差 {3}（{4}）</translation>
    </message>
    <message>
        <source>{0}: {1} has no meaning here</source>
        <translation>{0}：{1} 在此没有意义</translation>
    </message>
    <message>
        <source>{0}, {1}: {2} dB, {3} behind {4}</source>
        <translation>{0}，{1}：{2} dB，落后 {4} {3}</translation>
    </message>
    <message>
        <source>{0}, {1}: {2} dB, the best</source>
        <translation>{0}，{1}：{2} dB，最佳</translation>
    </message>
    <message>
        <source>No weight with channels has codes.</source>
        <translation>没有带通道的权重使用编码。</translation>
    </message>
    <message>
        <source>A scale for each channel gains {0} dB in the middle, {1} dB at most ({2}).</source>
        <translation>每个通道一个缩放因子，中位数增加 {0} dB，最多 {1} dB（{2}）。</translation>
    </message>
    <message>
        <source>Reading the weight</source>
        <translation>正在读取权重</translation>
    </message>
</context>
<context>
    <name>AnswerPair</name>
    <message>
        <source>float</source>
        <translation>浮点</translation>
    </message>
    <message>
        <source>quantized</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Outputs</source>
        <translation>输出</translation>
    </message>
</context>
<context>
    <name>Answers</name>
    <message>
        <source>Judging samples...</source>
        <translation>正在评判样本……</translation>
    </message>
    <message>
        <source>Judging samples was stopped.</source>
        <translation>样本评判已停止。</translation>
    </message>
    <message>
        <source>Judged once nothing else runs.</source>
        <translation>其他工作结束后再评判。</translation>
    </message>
    <message>
        <source>Judging samples</source>
        <translation>正在评判样本</translation>
    </message>
</context>
<context>
    <name>BeforeAfter</name>
    <message>
        <source>float</source>
        <translation>浮点</translation>
    </message>
    <message>
        <source>quantized</source>
        <translation>量化</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Copy picture</source>
        <translation>复制图片</translation>
    </message>
    <message>
        <source>Copy data</source>
        <translation>复制数据</translation>
    </message>
    <message>
        <source>Save picture as PNG or SVG</source>
        <translation>将图片存为 PNG 或 SVG</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适应窗口</translation>
    </message>
    <message>
        <source>Save picture</source>
        <translation>保存图片</translation>
    </message>
</context>
<context>
    <name>Chain</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Calibrate on</source>
        <translation>校准数据</translation>
    </message>
    <message>
        <source>Judge on</source>
        <translation>评判数据</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Open a model, a project or the demo</source>
        <translation>打开模型、项目或演示</translation>
    </message>
    <message>
        <source>What the model will run on: sets the defaults of the plan</source>
        <translation>模型将在何处运行：决定方案的默认值</translation>
    </message>
    <message>
        <source>no statistics</source>
        <translation>没有统计</translation>
    </message>
    <message>
        <source>Choose data: a folder of images or a file of arrays</source>
        <translation>选择数据：图片文件夹或数组文件</translation>
    </message>
    <message>
        <source>data {0}, {1}</source>
        <translation>数据 {0}，{1}</translation>
    </message>
    <message>
        <source>data {0}, {1}: not calibrated</source>
        <translation>数据 {0}，{1}：未校准</translation>
    </message>
    <message>
        <source>calibrated on {0}, {1}</source>
        <translation>校准于 {0}，{1}</translation>
    </message>
    <message>
        <source>judged on nothing yet</source>
        <translation>尚无评判数据</translation>
    </message>
    <message>
        <source>Choose data first</source>
        <translation>请先选择数据</translation>
    </message>
    <message>
        <source>Nothing is held out: the samples that chose the ranges judge them too</source>
        <translation>没有留出数据：选定范围的样本也用来评判</translation>
    </message>
    <message>
        <source>judged on the same {0}</source>
        <translation>用同样的 {0} 个评判</translation>
    </message>
    <message>
        <source>judged on {0}, {1}</source>
        <translation>评判于 {0}，{1}</translation>
    </message>
    <message>
        <source>Find  Ctrl+K</source>
        <translation>查找  Ctrl+K</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>最近</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>calibrated on {0}</source>
        <translation>用{0}校准</translation>
    </message>
    <message>
        <source>target {0}</source>
        <translation>目标 {0}</translation>
    </message>
</context>
<context>
    <name>ChainTable</name>
    <message>
        <source>One value on codes</source>
        <translation>一个值的整数计算</translation>
    </message>
    <message>
        <source>In the order in which it is computed</source>
        <translation>按计算顺序</translation>
    </message>
    <message>
        <source>Formula</source>
        <translation>公式</translation>
    </message>
    <message>
        <source>q: code, z: zero point, s: scale, N: how many products</source>
        <translation>q：码，z：零点，s：缩放因子，N：乘积个数</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>On the first sample, at the largest sum</source>
        <translation>第一个样本上，最大的和处</translation>
    </message>
    <message>
        <source>{0}, value at [{1}]</source>
        <translation>{0}，[{1}] 处的值</translation>
    </message>
    <message>
        <source>First codes: {0}</source>
        <translation>前几个码：{0}</translation>
    </message>
</context>
<context>
    <name>ChannelBars</name>
    <message>
        <source>clip range of the tensor</source>
        <translation>张量的截断范围</translation>
    </message>
    <message>
        <source>dead</source>
        <translation>失效</translation>
    </message>
    <message>
        <source>outlier</source>
        <translation>离群</translation>
    </message>
</context>
<context>
    <name>ChannelsView</name>
    <message>
        <source>The range of every channel of a tensor will be shown here.</source>
        <translation>这里将显示张量每个通道的范围。</translation>
    </message>
    <message>
        <source>Reading channels.</source>
        <translation>正在读取通道。</translation>
    </message>
    <message>
        <source>Reading channels</source>
        <translation>正在读取通道</translation>
    </message>
    <message>
        <source>Channels cannot be read.</source>
        <translation>无法读取通道。</translation>
    </message>
    <message>
        <source>{0} has no channels.</source>
        <translation>{0} 没有通道。</translation>
    </message>
    <message>
        <source>channel</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>channels, {0}</source>
        <translation>通道，{0}</translation>
    </message>
    <message>
        <source>one scale for all</source>
        <translation>共用一个缩放因子</translation>
    </message>
    <message>
        <source>a scale for each</source>
        <translation>各用一个缩放因子</translation>
    </message>
    <message>
        <source>Reading channel {0}</source>
        <translation>正在读取通道 {0}</translation>
    </message>
    <message>
        <source>value in channel {0}</source>
        <translation>通道 {0} 的值</translation>
    </message>
    <message>
        <source>Click a channel to see its numbers.</source>
        <translation>点击一个通道查看其数值。</translation>
    </message>
    <message>
        <source>channel {0}: {1} to {2}</source>
        <translation>通道 {0}：{1} 至 {2}</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>{0}: {1}, {2} dead, {3}</source>
        <translation>{0}：{1}，{2} 个失效，{3}</translation>
    </message>
    <message>
        <source>, dead: nothing but zeros</source>
        <translation>，失效：全为零</translation>
    </message>
    <message>
        <source>, {0} dB with one scale for all, {1} dB with its own</source>
        <translation>，共用缩放因子 {0} dB，独立缩放因子 {1} dB</translation>
    </message>
    <message>
        <source>Widest is channel {0}: it reaches {1}, the middle one {2}.</source>
        <translation>最宽的是通道 {0}：达到 {1}，中位通道为 {2}。</translation>
    </message>
    <message>
        <source>Worst is channel {0}: {1} dB with one scale for all, {2} dB with its own.</source>
        <translation>最差的是通道 {0}：共用缩放因子时 {1} dB，独立缩放因子时 {2} dB。</translation>
    </message>
    <message>
        <source>Order of the channels</source>
        <translation>通道顺序</translation>
    </message>
    <message>
        <source>in order</source>
        <translation>按顺序</translation>
    </message>
    <message>
        <source>widest first</source>
        <translation>最宽优先</translation>
    </message>
    <message>
        <source>worst SQNR first</source>
        <translation>SQNR 最差优先</translation>
    </message>
    <message>
        <source>Dead channels are all zero. Outliers are more than four times as wide as the
median channel: one scale for all then wastes codes on them.</source>
        <translation>失效通道全为零。离群通道比中位通道宽四倍以上：
共用一个缩放因子会在它们身上浪费编码。</translation>
    </message>
    <message>
        <source>value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Range of each channel</source>
        <translation>每个通道的范围</translation>
    </message>
    <message>
        <source>SQNR, dB</source>
        <translation>SQNR，dB</translation>
    </message>
    <message>
        <source>SQNR of each channel</source>
        <translation>每个通道的 SQNR</translation>
    </message>
    <message>
        <source>Signal to quantization noise of each channel, above 30 dB is good:
with one scale for the tensor, and with a scale for each channel.</source>
        <translation>每个通道的信号与量化噪声比，高于 30 dB 为好：
共用一个缩放因子，以及每个通道各用一个缩放因子。</translation>
    </message>
    <message>
        <source>count</source>
        <translation>计数</translation>
    </message>
    <message>
        <source>Values of the channel</source>
        <translation>该通道的值</translation>
    </message>
</context>
<context>
    <name>Closing</name>
    <message>
        <source>{0} is not finished.</source>
        <translation>{0} 尚未完成。</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>停止并关闭</translation>
    </message>
    <message>
        <source>What was recovered is not saved: the next start will offer it again.</source>
        <translation>修复的内容尚未保存：下次启动时会再次提供。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Keep working</source>
        <translation>继续工作</translation>
    </message>
</context>
<context>
    <name>ColumnsButton</name>
    <message>
        <source>Columns, and which layers are listed</source>
        <translation>列，以及列出哪些层</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Operators that only move values</source>
        <translation>只移动数值的算子</translation>
    </message>
    <message>
        <source>Fold all modules</source>
        <translation>折叠所有模块</translation>
    </message>
    <message>
        <source>Open all modules</source>
        <translation>展开所有模块</translation>
    </message>
</context>
<context>
    <name>CompareView</name>
    <message>
        <source>Name of the snapshot</source>
        <translation>快照的名称</translation>
    </message>
    <message>
        <source>Keep this plan</source>
        <translation>保留此方案</translation>
    </message>
    <message>
        <source>Another file</source>
        <translation>其他文件</translation>
    </message>
    <message>
        <source>A file of this network that was quantized before, or by another tool</source>
        <translation>同一网络此前量化过、或由其他工具量化的文件</translation>
    </message>
    <message>
        <source>Dump</source>
        <translation>转储</translation>
    </message>
    <message>
        <source>A folder of arrays that a device wrote, a file a tensor: read as they come</source>
        <translation>设备写出的数组所在的文件夹，每个张量一个文件：随到随读</translation>
    </message>
    <message>
        <source>Go back to it</source>
        <translation>回到该方案</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Snapshots</source>
        <translation>快照</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>On the samples that judge: the float network in the first line</source>
        <translation>在评判样本上；第一行为浮点网络</translation>
    </message>
    <message>
        <source>SQNR of the worst slice of all outputs</source>
        <translation>所有输出中最差切片的 SQNR</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Output dB</source>
        <translation>输出 dB</translation>
    </message>
    <message>
        <source>Worst dB</source>
        <translation>最差 dB</translation>
    </message>
    <message>
        <source>Bytes of the file</source>
        <translation>文件的字节数</translation>
    </message>
    <message>
        <source>n</source>
        <translation>n</translation>
    </message>
    <message>
        <source>How many samples the figures beside it are of</source>
        <translation>旁边的数值来自多少个样本</translation>
    </message>
    <message>
        <source>SQNR of the network&apos;s outputs</source>
        <translation>网络输出的 SQNR</translation>
    </message>
    <message>
        <source>Snapshots of the plan can be kept and compared here.</source>
        <translation>这里可以保留并比较方案的快照。</translation>
    </message>
    <message>
        <source>as it is now</source>
        <translation>当前方案</translation>
    </message>
    <message>
        <source>plan {0}</source>
        <translation>方案 {0}</translation>
    </message>
    <message>
        <source>go back to {0}</source>
        <translation>回到 {0}</translation>
    </message>
    <message>
        <source>remove {0}</source>
        <translation>移除 {0}</translation>
    </message>
    <message>
        <source>Another file of this network</source>
        <translation>同一网络的其他文件</translation>
    </message>
    <message>
        <source>ONNX models (*.onnx);;All files (*)</source>
        <translation>ONNX 模型 (*.onnx);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Dumped values</source>
        <translation>转储的数值</translation>
    </message>
    <message>
        <source>float</source>
        <translation>浮点</translation>
    </message>
    <message>
        <source>its name</source>
        <translation>名称</translation>
    </message>
</context>
<context>
    <name>Compared</name>
    <message>
        <source>Measuring snapshots</source>
        <translation>正在测量快照</translation>
    </message>
    <message>
        <source>Judging {0}</source>
        <translation>正在评判 {0}</translation>
    </message>
</context>
<context>
    <name>CopyLine</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Puts the line on the clipboard</source>
        <translation>将这一行放到剪贴板</translation>
    </message>
</context>
<context>
    <name>CoverageView</name>
    <message>
        <source>Ranges and the samples</source>
        <translation>范围与样本</translation>
    </message>
    <message>
        <source>Tensor</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>Halves differ</source>
        <translation>两半差异</translation>
    </message>
    <message>
        <source>How far the range of one half of the samples lies from the other&apos;s</source>
        <translation>一半样本得到的范围与另一半相差多少</translation>
    </message>
    <message>
        <source>Outside</source>
        <translation>超出范围</translation>
    </message>
    <message>
        <source>Share of the values that judge beyond the calibrated range</source>
        <translation>评判样本中超出校准范围的数值比例</translation>
    </message>
    <message>
        <source>Count values outside</source>
        <translation>统计超出范围的数值</translation>
    </message>
    <message>
        <source>Runs the network on samples that judge and compares every layer</source>
        <translation>在评判样本上运行网络并逐层比较</translation>
    </message>
    <message>
        <source>How far each range depends on the samples will be shown here.</source>
        <translation>此处将显示每个范围在多大程度上取决于样本。</translation>
    </message>
    <message>
        <source>Comparing halves of the data</source>
        <translation>正在比较两半数据</translation>
    </message>
    <message>
        <source>All {1} ranges can be told from {0}: both halves agree.</source>
        <translation>{0}足以确定全部 {1} 个范围：两半样本一致。</translation>
    </message>
    <message>
        <source>Of {2} ranges {1} cannot be told from {0}; more such data may help.</source>
        <translation>{2} 个范围中有 {1} 个无法由 {0}确定；更多同类数据可能有帮助。</translation>
    </message>
</context>
<context>
    <name>DataFields</name>
    <message>
        <source>The input of the model that the lines below are about</source>
        <translation>以下各行所针对的模型输入</translation>
    </message>
    <message>
        <source>guess</source>
        <translation>自动猜测</translation>
    </message>
    <message>
        <source>imagenet: mean and std of ImageNet. tf: -1 to 1. unit: 0 to 1. raw: 0 to 255.
A model does not say what it was trained with: a wrong preset costs accuracy.</source>
        <translation>imagenet：ImageNet 的均值与标准差。tf：-1 到 1。unit：0 到 1。raw：0 到 255。
模型不会说明训练时用了哪种：选错预设会损失精度。</translation>
    </message>
    <message>
        <source>as stored</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>blue first (BGR)</source>
        <translation>蓝色在前 (BGR)</translation>
    </message>
    <message>
        <source>grey</source>
        <translation>灰度</translation>
    </message>
    <message>
        <source>luma (Y of YCbCr)</source>
        <translation>亮度（YCbCr 的 Y）</translation>
    </message>
    <message>
        <source>channels first</source>
        <translation>通道在前</translation>
    </message>
    <message>
        <source>channels last</source>
        <translation>通道在后</translation>
    </message>
    <message>
        <source>Short side in pixels, or width x height</source>
        <translation>短边像素数，或 宽 x 高</translation>
    </message>
    <message>
        <source>Side of the centre square, or width x height</source>
        <translation>中心方块的边长，或 宽 x 高</translation>
    </message>
    <message>
        <source>How images come to the size of the input. crop: the centre is taken.
stretch: the aspect is not kept. letterbox: it is, the rest is filled.</source>
        <translation>图像如何变为输入的大小。crop：取中心部分。
stretch：不保持长宽比。letterbox：保持长宽比，其余部分填充。</translation>
    </message>
    <message>
        <source>Subtracted: one number, or one for each channel</source>
        <translation>减去：一个数，或每个通道一个</translation>
    </message>
    <message>
        <source>Divides: one number, or one for each channel</source>
        <translation>除以：一个数，或每个通道一个</translation>
    </message>
    <message>
        <source>So many samples, evenly spaced over all</source>
        <translation>取这么多样本，均匀分布</translation>
    </message>
    <message>
        <source>The first sample that is used, counted from 0</source>
        <translation>使用的第一个样本，从 0 数起</translation>
    </message>
    <message>
        <source>The sample after the last that is used</source>
        <translation>使用的最后一个样本之后的那个</translation>
    </message>
    <message>
        <source>What a sample is in files of numbers alone: float32:3x224x224</source>
        <translation>只含数值的文件中一个样本的类型和形状：float32:3x224x224</translation>
    </message>
    <message>
        <source>Sounds are brought to so many values a second</source>
        <translation>声音被转换为每秒这么多个值</translation>
    </message>
    <message>
        <source>Sounds are cut into pieces of so many values</source>
        <translation>声音被切成每段这么多个值</translation>
    </message>
    <message>
        <source>Name of the array of images in an .npz file</source>
        <translation>.npz 文件中图像数组的名称</translation>
    </message>
    <message>
        <source>Name of the array or column of labels, or a csv file of a folder</source>
        <translation>标签数组或列的名称，或文件夹中的 csv 文件</translation>
    </message>
    <message>
        <source>Array, columns or constant of each input: ids=tokens, x=a,b, mask=1</source>
        <translation>每个输入的数组、列或常数：ids=tokens, x=a,b, mask=1</translation>
    </message>
    <message>
        <source>The output that feeds each input in the next step: state=stateN, h0=hn</source>
        <translation>下一步中由哪个输出送入哪个输入：state=stateN, h0=hn</translation>
    </message>
    <message>
        <source>own states</source>
        <translation>自身状态</translation>
    </message>
    <message>
        <source>teacher forced</source>
        <translation>教师强制</translation>
    </message>
    <message>
        <source>own states: each network goes on from what it gave itself.
teacher forced: each step begins with what the float network or the data gives.</source>
        <translation>自身状态：每个网络从自己给出的结果继续。
教师强制：每一步都从浮点网络或数据给出的值开始。</translation>
    </message>
    <message>
        <source>This input looks like a state that the output feeds back: samples are sequences</source>
        <translation>该输入看起来是由输出反馈的状态：样本为序列</translation>
    </message>
</context>
<context>
    <name>DataForm</name>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Typed, and not applied yet.</source>
        <translation>已输入，尚未应用。</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>the last</source>
        <translation>最后</translation>
    </message>
    <message>
        <source>value = {0}</source>
        <translation>值 = {0}</translation>
    </message>
    <message>
        <source>Use {0}</source>
        <translation>改用 {0}</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Resize</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>裁剪</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适配</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>均值</translation>
    </message>
    <message>
        <source>Std</source>
        <translation>标准差</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>布局</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>Up to</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Stored as</source>
        <translation>存储为</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>采样率</translation>
    </message>
    <message>
        <source>Piece</source>
        <translation>分段</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Inputs</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>Fed back</source>
        <translation>反馈</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步</translation>
    </message>
</context>
<context>
    <name>DataView</name>
    <message>
        <source>The samples will be here, as the network sees them. Drop a folder of images or an array file anywhere, or choose it in the menu of data above.</source>
        <translation>样本会以网络看到的样子显示在这里。把图片文件夹或数组文件拖到任意位置，或在上方的数据菜单中选择。</translation>
    </message>
    <message>
        <source>Not opened yet: say below what is missing, and apply.</source>
        <translation>尚未打开：在下面补上缺少的内容，然后应用。</translation>
    </message>
    <message>
        <source>{0} is in use until then.</source>
        <translation>在此之前仍使用 {0}。</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{1} 中的 {0}</translation>
    </message>
    <message>
        <source>no labels found</source>
        <translation>没有找到标签</translation>
    </message>
    <message>
        <source>{0} labelled</source>
        <translation>{0} 个有标签</translation>
    </message>
    <message>
        <source>, {0}</source>
        <translation>，{0}</translation>
    </message>
    <message>
        <source>{0}, {1}</source>
        <translation>{0}，{1}</translation>
    </message>
    <message>
        <source>What was guessed from the model and the data; say otherwise in the form</source>
        <translation>由模型和数据推测所得；可在表单中另行指定</translation>
    </message>
    <message>
        <source>Reading samples</source>
        <translation>正在读取样本</translation>
    </message>
</context>
<context>
    <name>DepthView</name>
    <message>
        <source>Where along the network the error is made will be drawn here.</source>
        <translation>误差产生在网络的哪里，将画在这里。</translation>
    </message>
    <message>
        <source>{0}: {1} in your metric if kept float</source>
        <translation>{0}：保持浮点，您的指标 {1}</translation>
    </message>
    <message>
        <source>{0}: {1} dB at the output if kept float</source>
        <translation>{0}：保持浮点，输出 {1} dB</translation>
    </message>
    <message>
        <source>{0}: {1} dB here</source>
        <translation>{0}：此处 {1} dB</translation>
    </message>
    <message>
        <source>bars: each layer alone, dB</source>
        <translation>柱：每层单独，dB</translation>
    </message>
    <message>
        <source>bars: each layer alone, dB; with data the error is followed too</source>
        <translation>柱：每层单独，dB；有数据时也会追踪累积误差</translation>
    </message>
    <message>
        <source>line: with all before it ({0}); bars: each layer alone; dB</source>
        <translation>线：连同之前所有层（{0}）；柱：每层单独；dB</translation>
    </message>
    <message>
        <source>alone {0} dB</source>
        <translation>单独 {0} dB</translation>
    </message>
    <message>
        <source>so far {0}</source>
        <translation>累计 {0}</translation>
    </message>
    <message>
        <source>drop {0}</source>
        <translation>下降 {0}</translation>
    </message>
    <message>
        <source>if float {0} in your metric</source>
        <translation>若浮点，您的指标 {0}</translation>
    </message>
    <message>
        <source>if float {0}</source>
        <translation>若浮点 {0}</translation>
    </message>
    <message>
        <source>first layer</source>
        <translation>第一层</translation>
    </message>
    <message>
        <source>output {0}</source>
        <translation>输出 {0}</translation>
    </message>
    <message>
        <source>output {0} dB</source>
        <translation>输出 {0} dB</translation>
    </message>
    <message>
        <source>Error along the network</source>
        <translation>沿网络的误差</translation>
    </message>
    <message>
        <source>SQNR in dB, more is better. Bars: rounding this layer alone, from statistics.
Line: with all before it rounded too. A fall names a culprit; click selects.</source>
        <translation>SQNR，单位 dB，越大越好。柱：只量化这一层，由统计得出。
线：之前所有层也量化。陡降处即是元凶；点击可选中。</translation>
    </message>
</context>
<context>
    <name>Differences</name>
    <message>
        <source>Weight / output types</source>
        <translation>权重 / 输出类型</translation>
    </message>
    <message>
        <source>The worse of weight and output</source>
        <translation>权重与输出中较差者</translation>
    </message>
    <message>
        <source>Layers side by side</source>
        <translation>各层并排</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>snapshot</source>
        <translation>快照</translation>
    </message>
    <message>
        <source>dB</source>
        <translation>dB</translation>
    </message>
    <message>
        <source>now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>Compared with</source>
        <translation>对照</translation>
    </message>
    <message>
        <source>all layers</source>
        <translation>所有层</translation>
    </message>
    <message>
        <source>Also those that are the same in both</source>
        <translation>也包括两边相同的层</translation>
    </message>
    <message>
        <source>Layers of {0} that differ ({1}) from</source>
        <translation>“{0}”中不同的层（{1}），对照</translation>
    </message>
</context>
<context>
    <name>DistributionHead</name>
    <message>
        <source>{0}: {1}, {2}</source>
        <translation>{0}：{1}，{2}</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>One channel with its own scale; up and down keys go through them</source>
        <translation>单个通道及其自己的缩放因子；上下键逐个切换</translation>
    </message>
    <message>
        <source>channel</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>Counts on a logarithmic scale</source>
        <translation>以对数刻度显示计数</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>对数</translation>
    </message>
    <message>
        <source>The same values once quantized, over the float ones</source>
        <translation>同样的值量化之后，叠加在浮点值上</translation>
    </message>
    <message>
        <source>Quantized</source>
        <translation>量化后</translation>
    </message>
    <message>
        <source>The values that codes stand for, along the bottom</source>
        <translation>各编码所代表的值，标在底部</translation>
    </message>
    <message>
        <source>Levels</source>
        <translation>量化级</translation>
    </message>
</context>
<context>
    <name>DistributionView</name>
    <message>
        <source>The values of every tensor will be here.</source>
        <translation>这里将显示每个张量的值。</translation>
    </message>
    <message>
        <source>Choose a layer on the left to see its values.</source>
        <translation>请在左侧选择一层查看其值。</translation>
    </message>
    <message>
        <source>Reading the weight.</source>
        <translation>正在读取权重。</translation>
    </message>
    <message>
        <source>{0} stays float: {1}.</source>
        <translation>{0} 保持浮点：{1}。</translation>
    </message>
    <message>
        <source>No values of this tensor were seen.</source>
        <translation>没有见到该张量的值。</translation>
    </message>
    <message>
        <source>Recovery found the scale of these levels.</source>
        <translation>这些级别的缩放因子由修复得出。</translation>
    </message>
    <message>
        <source>It takes type and method of the activation it meets.</source>
        <translation>它采用所遇到的激活的类型和方法。</translation>
    </message>
    <message>
        <source>Each channel has its own range: choose per tensor to set it by hand</source>
        <translation>每个通道有自己的范围：选择整个张量后才能手动设置</translation>
    </message>
    <message>
        <source>set the range of {0}</source>
        <translation>设置 {0} 的范围</translation>
    </message>
    <message>
        <source>choose {0} for {1}</source>
        <translation>为 {1} 选择 {0}</translation>
    </message>
    <message>
        <source>Trying methods</source>
        <translation>正在尝试各种方法</translation>
    </message>
    <message>
        <source>Reading the weight</source>
        <translation>正在读取权重</translation>
    </message>
    <message>
        <source>This tensor stays float.</source>
        <translation>该张量保持浮点。</translation>
    </message>
    <message>
        <source>Levels around zero and none at it, held as odd codes of {0}.</source>
        <translation>级别位于零的两侧，零处没有，以 {0} 的奇数编码保存。</translation>
    </message>
    <message>
        <source>Each channel was searched by itself: there is no single curve.</source>
        <translation>每个通道单独搜索：没有单一曲线。</translation>
    </message>
    <message>
        <source>The range was set by hand: nothing was searched.</source>
        <translation>范围是手动设置的：没有搜索。</translation>
    </message>
    <message>
        <source>This method does not search.</source>
        <translation>该方法不进行搜索。</translation>
    </message>
    <message>
        <source>What the search tried: its objective over the threshold, the least marked.</source>
        <translation>搜索所尝试的：目标值随阈值的变化，最小处有标记。</translation>
    </message>
    <message>
        <source>{0} so far.</source>
        <translation>目前 {0}。</translation>
    </message>
    <message>
        <source>Search curve</source>
        <translation>搜索曲线</translation>
    </message>
</context>
<context>
    <name>DumpedValues</name>
    <message>
        <source>Comparing what {0} holds</source>
        <translation>正在比较 {0} 的内容</translation>
    </message>
    <message>
        <source>Values dumped in {0}</source>
        <translation>转储在 {0} 中的数值</translation>
    </message>
    <message>
        <source>Its values are being compared.</source>
        <translation>正在比较其数值。</translation>
    </message>
    <message>
        <source>It is looked at again when something is written there.</source>
        <translation>一旦有内容写入，便会重新查看。</translation>
    </message>
    <message>
        <source>Nothing breaks.</source>
        <translation>没有出错的地方。</translation>
    </message>
    <message>
        <source>It breaks first at {0}</source>
        <translation>最先出问题的是 {0}</translation>
    </message>
    <message>
        <source>What it is made of is right: {0}.</source>
        <translation>它的来源是正确的：{0}。</translation>
    </message>
    <message>
        <source>Compared on {0}.</source>
        <translation>在 {0}上比较。</translation>
    </message>
    <message>
        <source>Not in the model ({0}): {1}.</source>
        <translation>模型中没有的名称（{0} 个）：{1}。</translation>
    </message>
    <message>
        <source>Not dumped: {0}.</source>
        <translation>未转储：{0}。</translation>
    </message>
    <message>
        <source>Still being written: {0}.</source>
        <translation>仍在写入：{0}。</translation>
    </message>
    <message>
        <source>Not read: {0}: {1}.</source>
        <translation>未读取：{0}：{1}。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Tensor</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>As the file calls it</source>
        <translation>文件中的名称</translation>
    </message>
    <message>
        <source>dB</source>
        <translation>dB</translation>
    </message>
    <message>
        <source>With all that came before it, as the device has it</source>
        <translation>包含此前的全部误差，即设备上的情形</translation>
    </message>
    <message>
        <source>ours</source>
        <translation>我们的</translation>
    </message>
    <message>
        <source>The same by the default plan</source>
        <translation>按默认方案得到的同一数值</translation>
    </message>
    <message>
        <source>its values</source>
        <translation>其数值</translation>
    </message>
    <message>
        <source>float</source>
        <translation>浮点</translation>
    </message>
    <message>
        <source>What the float network has there</source>
        <translation>浮点网络在此处的数值</translation>
    </message>
    <message>
        <source>Dumped values</source>
        <translation>转储的数值</translation>
    </message>
</context>
<context>
    <name>EdgesForm</name>
    <message>
        <source>Shapes of inputs</source>
        <translation>输入的形状</translation>
    </message>
    <message>
        <source>as in the network</source>
        <translation>与网络相同</translation>
    </message>
    <message>
        <source>The shape of an input in the file, such as input=1,3,224,224; several with
spaces between them. What follows from it becomes constant.</source>
        <translation>文件中输入的形状，例如 input=1,3,224,224；多个之间用空格隔开。
由此得出的量都成为常量。</translation>
    </message>
    <message>
        <source>Ends at</source>
        <translation>结束于</translation>
    </message>
    <message>
        <source>the outputs of the network</source>
        <translation>网络的输出</translation>
    </message>
    <message>
        <source>Tensors at which the file ends, such as boxes,scores. What lies behind them
is not in the file, stays float and is part of what is judged.</source>
        <translation>文件在这些张量处结束，例如 boxes,scores。其后的部分不在文件中，
保持浮点，并仍参与评判。</translation>
    </message>
    <message>
        <source>shapes</source>
        <translation>形状</translation>
    </message>
    <message>
        <source>ends at</source>
        <translation>结束于</translation>
    </message>
    <message>
        <source>Takes and gives</source>
        <translation>输入与输出</translation>
    </message>
    <message>
        <source>floats</source>
        <translation>浮点</translation>
    </message>
    <message>
        <source>What the file takes and gives. Codes of 8 bits spare a device the first and the
last conversion; bytes of an image are fed as they are where mean and std can be
one scale and a whole zero point.</source>
        <translation>文件的输入与输出。8 位编码可省去设备上首尾的转换；当均值和标准差
能合成一个缩放和一个整数零点时，图像的字节可直接输入。</translation>
    </message>
</context>
<context>
    <name>ErrorPlacesView</name>
    <message>
        <source>Error over the sample</source>
        <translation>样本上的误差</translation>
    </message>
    <message>
        <source>Where on a sample a layer goes wrong will be shown here.</source>
        <translation>这里将显示一层在样本的哪些位置出错。</translation>
    </message>
    <message>
        <source>Choose a quantized layer on the left.</source>
        <translation>请在左侧选择一个已量化的层。</translation>
    </message>
    <message>
        <source>Running one sample</source>
        <translation>正在运行一个样本</translation>
    </message>
    <message>
        <source>The output of this layer is no picture: it has no places.</source>
        <translation>该层的输出不是图像：没有位置可言。</translation>
    </message>
    <message>
        <source>float</source>
        <translation>浮点</translation>
    </message>
    <message>
        <source>error</source>
        <translation>误差</translation>
    </message>
    <message>
        <source>error over the sample</source>
        <translation>样本上的误差</translation>
    </message>
    <message>
        <source>{0}: {1} dB with all before it; largest error at row {2}, column {3}.</source>
        <translation>{0}：连同之前所有层 {1} dB；最大误差在第 {2} 行、第 {3} 列。</translation>
    </message>
    <message>
        <source>Channel {0} alone.</source>
        <translation>仅通道 {0}。</translation>
    </message>
    <message>
        <source>Worst channel: {0}.</source>
        <translation>最差通道：{0}。</translation>
    </message>
    <message>
        <source>Root mean squares over channels; a channel clicked above shows alone.</source>
        <translation>各通道的均方根；在上方点击一个通道可单独显示。</translation>
    </message>
    <message>
        <source>row {0}, column {1}: {2}, error {3}</source>
        <translation>第 {0} 行、第 {1} 列：{2}，误差 {3}</translation>
    </message>
</context>
<context>
    <name>Expected</name>
    <message>
        <source>The time is that of the last run.</source>
        <translation>时间为上次运行所用。</translation>
    </message>
    <message>
        <source>Times are estimated from what was run before.</source>
        <translation>用时根据此前运行的结果估计。</translation>
    </message>
    <message>
        <source>The time is estimated: what is done by default took {0}.</source>
        <translation>时间为估计：默认步骤用了 {0}。</translation>
    </message>
</context>
<context>
    <name>ExportForm</name>
    <message>
        <source>File to write</source>
        <translation>要写的文件</translation>
    </message>
    <message>
        <source>Opset</source>
        <translation>Opset</translation>
    </message>
    <message>
        <source>Version of the ONNX operators. A higher one is only needed where the runtime
asks for it; 4 and 16 bits and blocks need 21.</source>
        <translation>ONNX 算子的版本。只有运行时要求时才需更高；
4 位、16 位和分块需要 21。</translation>
    </message>
    <message>
        <source>Mend by default</source>
        <translation>默认修正</translation>
    </message>
    <message>
        <source>Makes up for what rounding shifts in every output channel, evens out channels
that lie far apart, and leads parts that differ very much around a range they
share, as the command line does by itself; a recovery or a training that is in
use takes its place.</source>
        <translation>弥补舍入在每个输出通道造成的偏移，均衡相差很大的通道，
并让数值相差很大的部分绕开共用的范围，与命令行的默认行为相同；
正在使用的修复或训练会取代它。</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Browse</source>
        <translation>浏览</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>opset</source>
        <translation>opset</translation>
    </message>
    <message>
        <source>Edges</source>
        <translation>边界</translation>
    </message>
    <message>
        <source>Accuracy level</source>
        <translation>精度级别</translation>
    </message>
    <message>
        <source>as floats</source>
        <translation>保持浮点</translation>
    </message>
    <message>
        <source>in 8 bits by the kernel</source>
        <translation>由内核舍入到 8 位</translation>
    </message>
    <message>
        <source>What products with packed weights make of their inputs: floats lose nothing,
8 bits with a scale for each block are faster where the CPU multiplies them
(accuracy level 4). Pairs leave that to onnxruntime, which takes 8 bits.</source>
        <translation>使用打包权重的乘积如何处理输入：浮点没有损失，
每块一个缩放系数的 8 位在 CPU 能直接相乘时更快
（精度级别 4）。QDQ 由 onnxruntime 决定，它取 8 位。</translation>
    </message>
    <message>
        <source>rest in half precision</source>
        <translation>其余用半精度</translation>
    </message>
    <message>
        <source>Writes what is no code as float16; nodes whose values do not fit stay float32
and are named. On x86 the file gets smaller, and slower to run.</source>
        <translation>把不是整数码的部分写成 float16；数值容纳不下的节点保持 float32，
并列出名称。在 x86 上文件变小，但运行更慢。</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Activations</source>
        <translation>激活</translation>
    </message>
    <message>
        <source>{0}, as the model</source>
        <translation>{0}，与模型相同</translation>
    </message>
    <message>
        <source>{0}, the lowest usable</source>
        <translation>{0}，可用的最低版本</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>导出到</translation>
    </message>
    <message>
        <source>ONNX models (*.onnx)</source>
        <translation>ONNX 模型 (*.onnx)</translation>
    </message>
</context>
<context>
    <name>ExportTable</name>
    <message>
        <source>Table for another tool</source>
        <translation>供其他工具使用的表格</translation>
    </message>
    <message>
        <source>Save table</source>
        <translation>保存表格</translation>
    </message>
    <message>
        <source>Ranges, scales and widths of the plan, as that tool reads them</source>
        <translation>方案的范围、缩放因子和位宽，按该工具读取的格式</translation>
    </message>
    <message>
        <source>choose a format</source>
        <translation>选择格式</translation>
    </message>
    <message>
        <source>Making the table</source>
        <translation>正在生成表格</translation>
    </message>
    <message>
        <source>The tool&apos;s own file, which is changed</source>
        <translation>该工具自己的文件，将被修改</translation>
    </message>
    <message>
        <source>It carries all of it.</source>
        <translation>全部内容均可写入。</translation>
    </message>
</context>
<context>
    <name>ExportView</name>
    <message>
        <source>The quantized model is written and checked here.</source>
        <translation>量化模型在这里写出并检查。</translation>
    </message>
    <message>
        <source>Exporting {0}</source>
        <translation>正在导出 {0}</translation>
    </message>
    <message>
        <source>the plan alone</source>
        <translation>方案本身</translation>
    </message>
    <message>
        <source>mend by default</source>
        <translation>默认修正</translation>
    </message>
    <message>
        <source>edges of the file</source>
        <translation>文件的边界</translation>
    </message>
    <message>
        <source>Write it all the same</source>
        <translation>仍然写出</translation>
    </message>
    <message>
        <source>Without the proof, or the integers, that were missing</source>
        <translation>缺少验证，或其中没有整数</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Save report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Save plan</source>
        <translation>保存方案</translation>
    </message>
    <message>
        <source>Plans (*.json)</source>
        <translation>方案 (*.json)</translation>
    </message>
    <message>
        <source>Save layers</source>
        <translation>保存层表</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>表格 (*.csv)</translation>
    </message>
    <message>
        <source>written beside, checked and loaded</source>
        <translation>已写在一旁，检查并加载</translation>
    </message>
    <message>
        <source>run, and compared with the simulation</source>
        <translation>已运行，并与模拟比较</translation>
    </message>
    <message>
        <source>compared with the float model on the data</source>
        <translation>已在数据上与浮点模型比较</translation>
    </message>
    <message>
        <source>One page of all that is known, for people without Quantscope</source>
        <translation>一页汇总全部已知信息，供没有 Quantscope 的人查看</translation>
    </message>
    <message>
        <source>Every decision as JSON, for the command line and other models</source>
        <translation>全部决定存为 JSON，供命令行和其他模型使用</translation>
    </message>
    <message>
        <source>The layer table as CSV</source>
        <translation>层表存为 CSV</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Copy command line</source>
        <translation>复制命令行</translation>
    </message>
    <message>
        <source>Saves the plan beside the file and copies the command that uses it</source>
        <translation>把方案存在文件旁边，并复制使用它的命令</translation>
    </message>
</context>
<context>
    <name>FileLayers</name>
    <message>
        <source>Take it over</source>
        <translation>接管</translation>
    </message>
    <message>
        <source>Its ranges, types and granularity become the plan, as one undo step</source>
        <translation>它的范围、类型和粒度成为方案，可一步撤销</translation>
    </message>
    <message>
        <source>Layers of the file</source>
        <translation>文件的层</translation>
    </message>
    <message>
        <source>take over {0}</source>
        <translation>接管 {0}</translation>
    </message>
    <message>
        <source>Comparing layers of {0}</source>
        <translation>正在比较 {0} 的层</translation>
    </message>
    <message>
        <source>Layers of {0}</source>
        <translation>{0} 的层</translation>
    </message>
    <message>
        <source>Its layers are being compared.</source>
        <translation>正在比较它的各层。</translation>
    </message>
    <message>
        <source>No layer breaks.</source>
        <translation>没有层出问题。</translation>
    </message>
    <message>
        <source>It breaks first at {0}</source>
        <translation>最先出问题的是 {0}</translation>
    </message>
    <message>
        <source>Not found in the file: {0}.</source>
        <translation>文件中未找到：{0}。</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>alone</source>
        <translation>单独</translation>
    </message>
    <message>
        <source>dB of its part of the file, fed by the float network</source>
        <translation>文件中这一部分的 dB，以浮点网络的值为输入</translation>
    </message>
    <message>
        <source>ours</source>
        <translation>我们的</translation>
    </message>
    <message>
        <source>so far</source>
        <translation>累积</translation>
    </message>
    <message>
        <source>dB as the file computes it, with all that came before</source>
        <translation>按文件本身计算、连同之前所有层的 dB</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>dB of the weights beside those of the float network</source>
        <translation>与浮点网络的权重相比的 dB</translation>
    </message>
    <message>
        <source>its range</source>
        <translation>它的范围</translation>
    </message>
    <message>
        <source>our range</source>
        <translation>我们的范围</translation>
    </message>
    <message>
        <source>The same by the default ranges, in the file&apos;s types</source>
        <translation>同样情况，按文件的类型使用默认范围</translation>
    </message>
    <message>
        <source>What the statistics choose at that type</source>
        <translation>统计量在该类型下选定的范围</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>ONNX models (*.onnx);;All files (*)</source>
        <translation>ONNX 模型 (*.onnx);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Open model</source>
        <translation>打开模型</translation>
    </message>
    <message>
        <source>Quantscope projects (*{0})</source>
        <translation>Quantscope 项目 (*{0})</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>打开项目</translation>
    </message>
    <message>
        <source>Save project</source>
        <translation>保存项目</translation>
    </message>
    <message>
        <source>{0} has moved: where is it?</source>
        <translation>{0} 已被移动：它在哪里？</translation>
    </message>
    <message>
        <source>Choose data</source>
        <translation>选择数据</translation>
    </message>
    <message>
        <source>Choose data to judge on</source>
        <translation>选择评判数据</translation>
    </message>
    <message>
        <source>Arrays, images, sounds and tables ({0});;All files (*)</source>
        <translation>数组、图片、声音和表格 ({0});;所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>Findings</name>
    <message>
        <source>Looking for the layers that cost most</source>
        <translation>正在寻找损失最大的层</translation>
    </message>
    <message>
        <source>Judging on every sample</source>
        <translation>正在用全部样本评判</translation>
    </message>
    <message>
        <source>Trying them float</source>
        <translation>正在试用浮点</translation>
    </message>
</context>
<context>
    <name>FinetuneView</name>
    <message>
        <source>Trains weights and ranges through the quantizer, for few bits, where recovery is not enough. It learns from labels where there are some, else from the float network.</source>
        <translation>在修复不足以应对低位宽时，带量化器训练权重和范围。有标签时从标签学习，否则从浮点网络学习。</translation>
    </message>
    <message>
        <source>Weights and ranges will be trained through the quantizer here.</source>
        <translation>权重和范围将在这里带量化器训练。</translation>
    </message>
    <message>
        <source>How long it takes is known after the first epoch.</source>
        <translation>所需时间在第一轮之后可知。</translation>
    </message>
</context>
<context>
    <name>Frame</name>
    <message>
        <source>Layers</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Tune</source>
        <translation>调整</translation>
    </message>
</context>
<context>
    <name>FrontPlot</name>
    <message>
        <source>none smaller is as good</source>
        <translation>没有更小而同样好的</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>已测量</translation>
    </message>
    <message>
        <source>in use, else found</source>
        <translation>使用中，否则为搜索所得</translation>
    </message>
    <message>
        <source>as it is now</source>
        <translation>现在</translation>
    </message>
</context>
<context>
    <name>GraphCanvas</name>
    <message>
        <source>Copy picture</source>
        <translation>复制图片</translation>
    </message>
    <message>
        <source>Save picture as PNG or SVG</source>
        <translation>将图片存为 PNG 或 SVG</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适应窗口</translation>
    </message>
    <message>
        <source>Save picture</source>
        <translation>保存图片</translation>
    </message>
</context>
<context>
    <name>GraphHead</name>
    <message>
        <source>Colour by</source>
        <translation>着色依据</translation>
    </message>
    <message>
        <source>SQNR, the worse of both</source>
        <translation>SQNR，两者中较差的</translation>
    </message>
    <message>
        <source>SQNR of the weight</source>
        <translation>权重的 SQNR</translation>
    </message>
    <message>
        <source>SQNR of the output</source>
        <translation>输出的 SQNR</translation>
    </message>
    <message>
        <source>SQNR with all before it</source>
        <translation>连同之前所有层的 SQNR</translation>
    </message>
    <message>
        <source>The figure that colours the boxes, in dB; above 30 is good.
The first three look at weight and output alone, the last adds up all before it.</source>
        <translation>为方框着色的数值（dB）；高于 30 为好。
前三项只看权重与输出本身，最后一项累加之前的全部。</translation>
    </message>
    <message>
        <source>Compare layers</source>
        <translation>比较各层</translation>
    </message>
    <message>
        <source>Runs the quantized network and compares every layer with the float one</source>
        <translation>运行量化网络，将每一层与浮点层比较</translation>
    </message>
    <message>
        <source>Find a node</source>
        <translation>查找节点</translation>
    </message>
    <message>
        <source>Name or operator; Return goes to the next match</source>
        <translation>名称或算子；回车跳到下一个</translation>
    </message>
    <message>
        <source>Modules</source>
        <translation>模块</translation>
    </message>
    <message>
        <source>Each module as one box; a double click or Return shows what is in it</source>
        <translation>每个模块画成一个方框；双击或按回车显示其内容</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适应窗口</translation>
    </message>
    <message>
        <source>The whole model in view (0)
The wheel zooms, dragging moves, arrow keys follow the wires.</source>
        <translation>显示整个模型（0）
滚轮缩放，拖动移动，方向键沿连线行走。</translation>
    </message>
</context>
<context>
    <name>GraphView</name>
    <message>
        <source>Graph of the model</source>
        <translation>模型图</translation>
    </message>
    <message>
        <source>The model will be drawn here once it is open.</source>
        <translation>打开模型后将在这里绘制。</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{1} 中的 {0}</translation>
    </message>
    <message>
        <source>Drawing the model.</source>
        <translation>正在绘制模型。</translation>
    </message>
    <message>
        <source>Drawing the model</source>
        <translation>正在绘制模型</translation>
    </message>
    <message>
        <source>{0} dB</source>
        <translation>{0} dB</translation>
    </message>
    <message>
        <source>Calibrate for colours and figures.</source>
        <translation>校准后显示颜色和数值。</translation>
    </message>
    <message>
        <source>Not compared yet.</source>
        <translation>尚未比较。</translation>
    </message>
    <message>
        <source>Of an older plan.</source>
        <translation>属于旧方案。</translation>
    </message>
</context>
<context>
    <name>IntegerPanel</name>
    <message>
        <source>How wide the integer sums of a layer get will be shown here.</source>
        <translation>这里将显示一层的整数和有多宽。</translation>
    </message>
    <message>
        <source>Choose a quantized layer on the left.</source>
        <translation>请在左侧选择一个已量化的层。</translation>
    </message>
    <message>
        <source>keep pairs of products safe</source>
        <translation>保证乘积对安全</translation>
    </message>
    <message>
        <source>Computing every layer in integers</source>
        <translation>正在以整数计算每一层</translation>
    </message>
    <message>
        <source>Computing in integers</source>
        <translation>正在以整数计算</translation>
    </message>
    <message>
        <source>Computing in integers.</source>
        <translation>正在以整数计算。</translation>
    </message>
    <message>
        <source>{0} a sum leaves int32: it wraps around. Use fewer bits.</source>
        <translation>{0} 有和超出 int32：会回绕。请减少位数。</translation>
    </message>
    <message>
        <source>On {0}</source>
        <translation>在 {0}上</translation>
    </message>
    <message>
        <source>int32 cuts off {0} of the bias: raise the scale of the weight, or use one scale for the whole tensor.</source>
        <translation>int32 截断了偏置的 {0}：请增大权重的缩放因子，或整个张量使用一个缩放因子。</translation>
    </message>
    <message>
        <source>{0} {1} pairs of products saturate int16 on x86 CPUs without VNNI: results differ there.</source>
        <translation>{0}，没有 VNNI 的 x86 CPU 有 {1} 对乘积在 int16 饱和：结果会不同。</translation>
    </message>
    <message>
        <source>{0} nothing saturates, but some input could on x86 CPUs without VNNI.</source>
        <translation>{0}没有饱和，但某些输入在没有 VNNI 的 x86 CPU 上可能饱和。</translation>
    </message>
    <message>
        <source>{0} nothing saturates, and no input can make it.</source>
        <translation>{0}没有饱和，任何输入都不会饱和。</translation>
    </message>
    <message>
        <source>All layers, under an older plan</source>
        <translation>所有层，属于旧方案</translation>
    </message>
    <message>
        <source>Keep pairs safe</source>
        <translation>保证乘积对安全</translation>
    </message>
    <message>
        <source>Shrinks the weights of every layer so that no pair can leave int16.
Costs up to 6 dB of the weights concerned; not needed on ARM or with VNNI.</source>
        <translation>缩小每一层的权重，使任何乘积对都不超出 int16。
相关权重最多损失 6 dB；在 ARM 或有 VNNI 时不需要。</translation>
    </message>
    <message>
        <source>Compute all layers</source>
        <translation>计算所有层</translation>
    </message>
    <message>
        <source>Every layer on one sample, as a table below. Takes seconds.</source>
        <translation>每层一个样本，结果见下表。需要几秒。</translation>
    </message>
    <message>
        <source>Lowest</source>
        <translation>最低</translation>
    </message>
    <message>
        <source>Highest</source>
        <translation>最高</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>位数</translation>
    </message>
    <message>
        <source>At risk</source>
        <translation>有风险</translation>
    </message>
    <message>
        <source>Saturated</source>
        <translation>已饱和</translation>
    </message>
    <message>
        <source>Biases cut</source>
        <translation>偏置截断</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Red where something is cut off or saturates.</source>
        <translation>有截断或饱和时为红色。</translation>
    </message>
    <message>
        <source>Sums of all layers</source>
        <translation>所有层的和</translation>
    </message>
</context>
<context>
    <name>JudgeMenu</name>
    <message>
        <source>What decides how good the network is</source>
        <translation>用什么评判网络的好坏</translation>
    </message>
    <message>
        <source>What ranks layers and plans, and keeps steps of recovery and training</source>
        <translation>用于给层和方案排序，并决定保留哪些修复与训练步骤</translation>
    </message>
    <message>
        <source>Metric of your own</source>
        <translation>自己的指标</translation>
    </message>
    <message>
        <source>Python files (*.py);;All files (*)</source>
        <translation>Python 文件 (*.py);;所有文件 (*)</translation>
    </message>
    <message>
        <source>what decides</source>
        <translation>评判依据</translation>
    </message>
    <message>
        <source>Run {0}</source>
        <translation>运行 {0}</translation>
    </message>
    <message>
        <source>Metric of your own...</source>
        <translation>自己的指标...</translation>
    </message>
    <message>
        <source>No metric</source>
        <translation>不用指标</translation>
    </message>
    <message>
        <source>worst slice</source>
        <translation>最差切片</translation>
    </message>
    <message>
        <source>all outputs pooled</source>
        <translation>所有输出合并</translation>
    </message>
    <message>
        <source>what the outputs are for</source>
        <translation>输出的用途</translation>
    </message>
    <message>
        <source>metric {0}</source>
        <translation>指标 {0}</translation>
    </message>
    <message>
        <source>judged by {0}</source>
        <translation>评判依据：{0}</translation>
    </message>
</context>
<context>
    <name>Judges</name>
    <message>
        <source>judge on the same data</source>
        <translation>在相同数据上评判</translation>
    </message>
    <message>
        <source>judge on {0}</source>
        <translation>用 {0} 评判</translation>
    </message>
</context>
<context>
    <name>LayerActions</name>
    <message>
        <source>Trying methods</source>
        <translation>正在尝试各方法</translation>
    </message>
    <message>
        <source>Choose data first.</source>
        <translation>请先选择数据。</translation>
    </message>
    <message>
        <source>Calibrate first.</source>
        <translation>请先校准。</translation>
    </message>
    <message>
        <source>Fine-tuning has trained every bias already.</source>
        <translation>微调已训练过所有偏置。</translation>
    </message>
    <message>
        <source>Recovery has corrected every bias already.</source>
        <translation>修复已校正过所有偏置。</translation>
    </message>
    <message>
        <source>It has no quantized weight whose error a bias could make up for.</source>
        <translation>它没有可由偏置弥补误差的量化权重。</translation>
    </message>
    <message>
        <source>best method: {0}</source>
        <translation>最佳方法：{0}</translation>
    </message>
    <message>
        <source>No method does better than what is chosen: {0:.1f} dB.</source>
        <translation>没有方法比当前选择更好：{0:.1f} dB。</translation>
    </message>
    <message>
        <source>best for the outputs</source>
        <translation>对输出最好</translation>
    </message>
    <message>
        <source>Output SQNR {0:.1f} dB became {1:.1f} dB.</source>
        <translation>输出 SQNR 由 {0:.1f} dB 变为 {1:.1f} dB。</translation>
    </message>
</context>
<context>
    <name>LayerMethods</name>
    <message>
        <source>Methods of single layers</source>
        <translation>单独层的方法</translation>
    </message>
    <message>
        <source>Layers or tensors that another method trains, a line each: block1.* = lsq
Known are {0}; later lines win.</source>
        <translation>用其他方法训练的层或张量，每行一个：block1.* = lsq
可用的方法：{0}；后面的行优先。</translation>
    </message>
    <message>
        <source>pattern = method</source>
        <translation>模式 = 方法</translation>
    </message>
    <message>
        <source>Line {0} of the methods of single layers is no pair: {1}</source>
        <translation>单独层的方法第 {0} 行不是“模式 = 方法”：{1}</translation>
    </message>
</context>
<context>
    <name>LayerTable</name>
    <message>
        <source>{0} stays float: {1}.</source>
        <translation>{0} 保持浮点：{1}。</translation>
    </message>
    <message>
        <source>Keeping {0} float makes your metric better by {1}.</source>
        <translation>让 {0} 保持浮点可使您的指标改善 {1}。</translation>
    </message>
    <message>
        <source>Keeping {0} float changes the outputs by {1} dB.</source>
        <translation>让 {0} 保持浮点会使输出改变 {1} dB。</translation>
    </message>
</context>
<context>
    <name>LayersPanel</name>
    <message>
        <source>Find layers</source>
        <translation>查找层</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>层</translation>
    </message>
    <message>
        <source>all {0}</source>
        <translation>全部 {0}</translation>
    </message>
    <message>
        <source>Every layer that computes something.</source>
        <translation>所有进行计算的层。</translation>
    </message>
    <message>
        <source>below {1} dB</source>
        <translation>低于 {1} dB</translation>
    </message>
    <message>
        <source>{0} with less than {1} dB so far.</source>
        <translation>累计低于 {1} dB 的有 {0} 层。</translation>
    </message>
    <message>
        <source>float {0}</source>
        <translation>浮点 {0}</translation>
    </message>
    <message>
        <source>Layers that compute in float.</source>
        <translation>以浮点计算的层。</translation>
    </message>
    <message>
        <source>changed {0}</source>
        <translation>已改 {0}</translation>
    </message>
    <message>
        <source>Layers that the plan speaks of by name.</source>
        <translation>方案中点名的层。</translation>
    </message>
</context>
<context>
    <name>LearningCurves</name>
    <message>
        <source>kept</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>batch norms frozen</source>
        <translation>批归一化已冻结</translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>SQNR compares the power of the signal with the power of its rounding error:
6 dB more is one bit more, above 30 dB is good. Click to move the limits.</source>
        <translation>SQNR 比较信号功率与舍入误差功率：
多 6 dB 相当于多一位，高于 30 dB 为好。点击可移动界限。</translation>
    </message>
    <message>
        <source>float</source>
        <translation>浮点</translation>
    </message>
    <message>
        <source>codes</source>
        <translation>编码</translation>
    </message>
    <message>
        <source>Where the wire is orange the tensor travels as integer codes.
Each change of colour costs a conversion: few of them are good.</source>
        <translation>连线为橙色处，张量以整数编码传递。
每次变色都要一次转换：越少越好。</translation>
    </message>
</context>
<context>
    <name>Limits</name>
    <message>
        <source>Limits of the SQNR colours</source>
        <translation>SQNR 颜色的界限</translation>
    </message>
    <message>
        <source>Limits in dB</source>
        <translation>界限 dB</translation>
    </message>
    <message>
        <source>bad below</source>
        <translation>低于此为差</translation>
    </message>
    <message>
        <source>poor below</source>
        <translation>低于此为较差</translation>
    </message>
    <message>
        <source>good from</source>
        <translation>从此为好</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>默认</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>The language changes with the next start.</source>
        <translation>语言在下次启动时更改。</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>The decisions of the last session were not saved.</source>
        <translation>上次的决定没有保存。</translation>
    </message>
    <message>
        <source>Resize</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>What was decided for {0} was not saved; it is kept.</source>
        <translation>为 {0} 所做的决定尚未保存；它们已被保留。</translation>
    </message>
    <message>
        <source>Go back to it</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
</context>
<context>
    <name>MethodMapView</name>
    <message>
        <source>Tries every range method on every layer, and one scale against one for each channel: from statistics alone, nothing is run.</source>
        <translation>在每一层上尝试每种范围方法，并比较单个缩放因子与每通道缩放因子：只用统计数据，不运行网络。</translation>
    </message>
    <message>
        <source>Every range method for every layer will be compared here.</source>
        <translation>这里将比较每一层的每种范围方法。</translation>
    </message>
    <message>
        <source>Trying methods</source>
        <translation>正在尝试各种方法</translation>
    </message>
    <message>
        <source>Grey: one scale; blue: one each; filled: in use.</source>
        <translation>灰：单个缩放因子；蓝：每通道一个；实心：正在使用。</translation>
    </message>
    <message>
        <source>dB of the tensor alone. The stronger the colour, the further behind the best of its row, up to 6 dB, a whole bit; framed: the best; underlined: in use. A click opens the layer.</source>
        <translation>张量单独的 dB。颜色越强，落后本行最佳越多，到 6 dB（整整一位）为止；加框：最佳；下划线：正在使用。单击打开该层。</translation>
    </message>
    <message>
        <source>Of the plan before its last change.</source>
        <translation>属于最近一次更改之前的方案。</translation>
    </message>
    <message>
        <source>Try all methods</source>
        <translation>尝试所有方法</translation>
    </message>
    <message>
        <source>Every method for every tensor that has codes; Esc stops it</source>
        <translation>对每个使用编码的张量尝试每种方法；Esc 停止</translation>
    </message>
    <message>
        <source>Activations</source>
        <translation>激活</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Tensor or channel</source>
        <translation>张量或通道</translation>
    </message>
    <message>
        <source>What is compared</source>
        <translation>比较什么</translation>
    </message>
    <message>
        <source>Methods of all layers</source>
        <translation>所有层的方法</translation>
    </message>
</context>
<context>
    <name>MethodSearch</name>
    <message>
        <source>What the method tried</source>
        <translation>该方法尝试过的</translation>
    </message>
    <message>
        <source>Its objective over the end of the range in real numbers; the least is marked.</source>
        <translation>它的目标函数随范围端点（实数）的变化；最小处有标记。</translation>
    </message>
    <message>
        <source>This method does not search.</source>
        <translation>该方法不进行搜索。</translation>
    </message>
    <message>
        <source>Mean squared error over {0} iterations: {1}</source>
        <translation>{0} 次迭代中的均方误差：{1}</translation>
    </message>
</context>
<context>
    <name>MethodsView</name>
    <message>
        <source>Signal to quantization noise of this tensor alone, in dB; more is better.</source>
        <translation>仅此张量的信号与量化噪声比，单位 dB；越大越好。</translation>
    </message>
    <message>
        <source>Methods</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>下限</translation>
    </message>
    <message>
        <source>Low end of the range, in real numbers</source>
        <translation>范围下限，实数</translation>
    </message>
    <message>
        <source>High</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>High end of the range, in real numbers</source>
        <translation>范围上限，实数</translation>
    </message>
    <message>
        <source>dB</source>
        <translation>dB</translation>
    </message>
    <message>
        <source>dB/channel</source>
        <translation>dB/通道</translation>
    </message>
    <message>
        <source>SQNR in dB with a range for each channel</source>
        <translation>每个通道各有范围时的 SQNR（dB）</translation>
    </message>
    <message>
        <source>Clipped</source>
        <translation>截断</translation>
    </message>
    <message>
        <source>Range</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>Over the values; what lies outside of it is clipped</source>
        <translation>绘于数值之上；超出范围的部分会被截断</translation>
    </message>
    <message>
        <source>Share of the values outside the range</source>
        <translation>范围之外的值的比例</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步长</translation>
    </message>
    <message>
        <source>Distance of two neighbouring codes</source>
        <translation>相邻两个编码的距离</translation>
    </message>
    <message>
        <source>Use this method</source>
        <translation>使用此方法</translation>
    </message>
    <message>
        <source>Every range method for the selected tensor will be compared here.</source>
        <translation>这里将比较所选张量的各种范围方法。</translation>
    </message>
    <message>
        <source>Trying methods</source>
        <translation>正在尝试各种方法</translation>
    </message>
    <message>
        <source>choose {0} for {1}</source>
        <translation>为 {1} 选择 {0}</translation>
    </message>
    <message>
        <source>{0} stays float.</source>
        <translation>{0} 保持浮点。</translation>
    </message>
</context>
<context>
    <name>MetricOffer</name>
    <message>
        <source>This project judges by a program, {0}, which has not been run yet.</source>
        <translation>此项目用程序 {0} 评判，它尚未运行过。</translation>
    </message>
    <message>
        <source>Run it</source>
        <translation>运行它</translation>
    </message>
    <message>
        <source>Judge without it</source>
        <translation>不用它评判</translation>
    </message>
</context>
<context>
    <name>Minimap</name>
    <message>
        <source>The whole drawing</source>
        <translation>全图</translation>
    </message>
</context>
<context>
    <name>NeedsTorch</name>
    <message>
        <source>Fine-tuning needs torch, which is not installed. Run this, then start again:</source>
        <translation>微调需要 torch，但尚未安装。运行下面的命令后重新启动：</translation>
    </message>
    <message>
        <source>Command that installs torch</source>
        <translation>安装 torch 的命令</translation>
    </message>
</context>
<context>
    <name>Network</name>
    <message>
        <source>Measuring the network</source>
        <translation>正在测量网络</translation>
    </message>
    <message>
        <source>Comparing layers</source>
        <translation>正在比较各层</translation>
    </message>
    <message>
        <source>Measuring sensitivity</source>
        <translation>正在测量敏感度</translation>
    </message>
    <message>
        <source>Measuring layers</source>
        <translation>正在测量各层</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Copy details</source>
        <translation>复制详情</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
</context>
<context>
    <name>Overlay</name>
    <message>
        <source>Close (Esc)</source>
        <translation>关闭（Esc）</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>PageArea</name>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>Double-click a tab to tear it off</source>
        <translation>双击标签页可将其分离</translation>
    </message>
    <message>
        <source>as it was before</source>
        <translation>之前的样子</translation>
    </message>
</context>
<context>
    <name>PairView</name>
    <message>
        <source>Two layers will be compared here.</source>
        <translation>这里将比较两层。</translation>
    </message>
    <message>
        <source>Select two layers in the list (Ctrl and click) to see others.</source>
        <translation>在列表中选中两层（Ctrl 加点击）可查看其他层。</translation>
    </message>
    <message>
        <source>{0}: its output stays float.</source>
        <translation>{0}：其输出保持浮点。</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>算子</translation>
    </message>
    <message>
        <source>Weight / output types</source>
        <translation>权重 / 输出类型</translation>
    </message>
    <message>
        <source>Range of the output</source>
        <translation>输出范围</translation>
    </message>
    <message>
        <source>Weight alone, dB</source>
        <translation>权重单独，dB</translation>
    </message>
    <message>
        <source>Output alone, dB</source>
        <translation>输出单独，dB</translation>
    </message>
    <message>
        <source>With all before, dB</source>
        <translation>连同之前所有层，dB</translation>
    </message>
    <message>
        <source>Gain if float, dB</source>
        <translation>若为浮点的增益，dB</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>字节</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Find a layer or a command</source>
        <translation>查找层或命令</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>找到的项</translation>
    </message>
</context>
<context>
    <name>PlanTable</name>
    <message>
        <source>Plans</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Bytes of all weights</source>
        <translation>所有权重的字节数</translation>
    </message>
    <message>
        <source>Of float</source>
        <translation>占浮点</translation>
    </message>
    <message>
        <source>Share of what the float weights take</source>
        <translation>占浮点权重大小的比例</translation>
    </message>
    <message>
        <source>Output dB</source>
        <translation>输出 dB</translation>
    </message>
    <message>
        <source>SQNR of the outputs, measured, by the plan alone</source>
        <translation>输出的 SQNR，实测，仅方案本身</translation>
    </message>
    <message>
        <source>Predicted dB</source>
        <translation>预测 dB</translation>
    </message>
    <message>
        <source>From what each width does alone</source>
        <translation>由每个位宽单独的影响推出</translation>
    </message>
    <message>
        <source>Agreement</source>
        <translation>一致率</translation>
    </message>
    <message>
        <source>Share of samples with the same best class</source>
        <translation>最佳类别相同的样本比例</translation>
    </message>
    <message>
        <source>Drop</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Points of top-1 lost, of agreement without labels</source>
        <translation>损失的 top-1 百分点，没有标签时为一致率</translation>
    </message>
    <message>
        <source>Metric</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Your own, where that decides; Drop is what it loses</source>
        <translation>由您自己的指标决定时显示；“损失”是它损失的量</translation>
    </message>
    <message>
        <source>Weights, {0}</source>
        <translation>权重，{0}</translation>
    </message>
</context>
<context>
    <name>PresetChoice</name>
    <message>
        <source>The float network is right, on {0} each:</source>
        <translation>浮点网络的正确率，各 {0}：</translation>
    </message>
    <message>
        <source>A model does not say what it was trained with: a wrong preset costs accuracy.
Takes this one, with what else is said of the data; can be undone.</source>
        <translation>模型不会说明训练时用了什么：错误的预设会损失准确率。
采用这一个，保留关于数据的其他说明；可以撤销。</translation>
    </message>
</context>
<context>
    <name>Presets</name>
    <message>
        <source>Trying presets</source>
        <translation>正在尝试预设</translation>
    </message>
</context>
<context>
    <name>Projects</name>
    <message>
        <source>Opening {0}</source>
        <translation>正在打开 {0}</translation>
    </message>
    <message>
        <source>Saving {0}</source>
        <translation>正在保存 {0}</translation>
    </message>
    <message>
        <source>Autosave</source>
        <translation>自动保存</translation>
    </message>
</context>
<context>
    <name>RangeReadout</name>
    <message>
        <source>Low end of the range</source>
        <translation>范围下限</translation>
    </message>
    <message>
        <source>High end of the range</source>
        <translation>范围上限</translation>
    </message>
    <message>
        <source>low</source>
        <translation>下限</translation>
    </message>
    <message>
        <source>high</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>Type a number, or move it one step with the up and down keys</source>
        <translation>输入数字，或用上下键移动一步</translation>
    </message>
    <message>
        <source>SQNR</source>
        <translation>SQNR</translation>
    </message>
    <message>
        <source>alone</source>
        <translation>单独</translation>
    </message>
    <message>
        <source>Signal to quantization noise of this tensor alone; above 30 dB is good.
Computed from the histogram, in closed form.</source>
        <translation>仅此张量的信号与量化噪声比；高于 30 dB 为好。
由直方图以闭式算出。</translation>
    </message>
    <message>
        <source>clipped</source>
        <translation>截断</translation>
    </message>
    <message>
        <source>Share of the values outside the range: they take its ends.
A little clipping often pays for finer steps.</source>
        <translation>范围之外的值的比例：它们取范围端点。
少量截断常换来更细的步长。</translation>
    </message>
    <message>
        <source>in codes</source>
        <translation>编码范围</translation>
    </message>
    <message>
        <source>The range that the codes stand for: zero must be one of them,
so that it is not quite the one that was asked for.</source>
        <translation>编码所能表示的范围：零必须是其中一个编码，
因此与所要求的范围略有不同。</translation>
    </message>
    <message>
        <source>step</source>
        <translation>步长</translation>
    </message>
    <message>
        <source>Distance of two neighbouring codes: the scale.
Rounding errors are at most half of it.</source>
        <translation>相邻两个编码的距离：缩放因子。
舍入误差至多为其一半。</translation>
    </message>
</context>
<context>
    <name>RecoverView</name>
    <message>
        <source>What rounding broke is mended here, step by step, with what each gained.</source>
        <translation>在这里逐步修复舍入造成的损害，并显示每步的收益。</translation>
    </message>
    <message>
        <source>Each step is judged on samples held out; Esc stops all.</source>
        <translation>每一步都在留出样本上评判；Esc 全部停止。</translation>
    </message>
    <message>
        <source>In use: no step changed the outputs.</source>
        <translation>使用中：没有一步改变了输出。</translation>
    </message>
    <message>
        <source>{0} gained {1} (measured).</source>
        <translation>{0}：{1}（实测）。</translation>
    </message>
    <message>
        <source>What it gains is measured while it runs.</source>
        <translation>收益在运行时测量。</translation>
    </message>
    <message>
        <source>By default: {0} on samples held out.</source>
        <translation>默认：留出样本上 {0}。</translation>
    </message>
    <message>
        <source>In use: {0} on samples held out.</source>
        <translation>使用中：留出样本上 {0}。</translation>
    </message>
    <message>
        <source>In use: a fine-tuned model. Recovering takes its place.</source>
        <translation>使用中：微调后的模型。修复将取代它。</translation>
    </message>
    <message>
        <source>The recovery of this plan has to be run again.</source>
        <translation>此方案的修复需要重新运行。</translation>
    </message>
    <message>
        <source>Not in use: layers, comparisons and export show the plan alone.</source>
        <translation>未使用：各层、比较与导出只显示方案本身。</translation>
    </message>
    <message>
        <source>Quick</source>
        <translation>快速</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>完整</translation>
    </message>
    <message>
        <source>Every step that takes seconds</source>
        <translation>所有几秒即可完成的步骤</translation>
    </message>
    <message>
        <source>The same, and rounds weights up or down so that each layer fits best</source>
        <translation>同上，并逐个选择权重的舍入方向，使每层最贴近</translation>
    </message>
    <message>
        <source>undo what does harm</source>
        <translation>撤回有害的步骤</translation>
    </message>
    <message>
        <source>Else steps that you choose stay, and harm is said</source>
        <translation>否则您选择的步骤会保留，有害时会说明</translation>
    </message>
    <message>
        <source>Run these</source>
        <translation>运行这些</translation>
    </message>
    <message>
        <source>Steps one by one</source>
        <translation>逐个选择步骤</translation>
    </message>
    <message>
        <source>Choose the steps that are run</source>
        <translation>选择要运行的步骤</translation>
    </message>
    <message>
        <source>Back to the plan alone</source>
        <translation>回到方案本身</translation>
    </message>
    <message>
        <source>Mends what rounding broke, step by step: channels are evened out, biases corrected, rounding chosen. What does harm to samples held out is undone; steps that you choose stay.</source>
        <translation>逐步修复舍入造成的损失：均衡通道、校正偏置、选择舍入方向。使留出样本变差的会被撤回；您选择的步骤会保留。</translation>
    </message>
    <message>
        <source>Drops what was recovered or trained; can be undone</source>
        <translation>放弃修复或训练的结果；可撤销</translation>
    </message>
</context>
<context>
    <name>RecoveredLayers</name>
    <message>
        <source>What it did to each layer</source>
        <translation>对每层做了什么</translation>
    </message>
    <message>
        <source>Channels, their means and codes before and after, on some samples</source>
        <translation>通道、其均值和编码的之前与之后，基于部分样本</translation>
    </message>
    <message>
        <source>How wide channels are on average, as a share of the widest</source>
        <translation>通道的平均宽度，占最宽通道的比例</translation>
    </message>
    <message>
        <source>Shift of channel means, as a share of the output</source>
        <translation>通道均值的偏移，占输出的比例</translation>
    </message>
    <message>
        <source>What recovery did to each layer</source>
        <translation>修复对每层做了什么</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>Mean shift</source>
        <translation>均值偏移</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>上</translation>
    </message>
    <message>
        <source>Share of weights a code above the nearest</source>
        <translation>比最近编码高一个的权重比例</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>下</translation>
    </message>
    <message>
        <source>Share of weights a code below the nearest</source>
        <translation>比最近编码低一个的权重比例</translation>
    </message>
    <message>
        <source>Comparing before and after</source>
        <translation>正在比较之前和之后</translation>
    </message>
</context>
<context>
    <name>RecoveredView</name>
    <message>
        <source>What recovery did to a layer will be shown here: before and after.</source>
        <translation>这里将显示修复对一层做了什么：之前和之后。</translation>
    </message>
    <message>
        <source>Choose a quantized layer on the left.</source>
        <translation>请在左侧选择一个量化层。</translation>
    </message>
    <message>
        <source>Nothing was recovered: the layer is as the plan has it.</source>
        <translation>没有进行修复：该层与方案一致。</translation>
    </message>
    <message>
        <source>Comparing before and after</source>
        <translation>正在比较之前和之后</translation>
    </message>
    <message>
        <source>Recovery left this layer as it was.</source>
        <translation>修复没有改动这一层。</translation>
    </message>
    <message>
        <source>before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>after</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>max |W| of the same channels in {0}</source>
        <translation>{0} 中相同通道的 max |W|</translation>
    </message>
    <message>
        <source>Channels are {1} as wide as the widest on average ({0} before).</source>
        <translation>通道的宽度平均为最宽通道的 {1}（之前 {0}）。</translation>
    </message>
    <message>
        <source>Those that {2} reads are {1} there ({0}).</source>
        <translation>{2} 读取的通道在那里为 {1}（{0}）。</translation>
    </message>
    <message>
        <source>Channel means were off by {0} of the output and are by {1} ({2}).</source>
        <translation>通道均值曾偏离输出的 {0}，现在偏离 {1}（{2}）。</translation>
    </message>
    <message>
        <source>Of the weights {0} went a code up, {1} down, {2} further.</source>
        <translation>权重中 {0} 上移一个编码，{1} 下移，{2} 移得更远。</translation>
    </message>
    <message>
        <source>channel {0}, value {1}: {2} codes from the nearest</source>
        <translation>通道 {0}，值 {1}：与最近编码相差 {2}</translation>
    </message>
    <message>
        <source>Blue: a code up, orange: a code down from the nearest.</source>
        <translation>蓝：比最近编码高一个；橙：低一个。</translation>
    </message>
    <message>
        <source>One of {0} lines and columns is drawn.</source>
        <translation>每 {0} 行和列绘制其中一个。</translation>
    </message>
    <message>
        <source>channel</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>max |W| of each output channel</source>
        <translation>每个输出通道的 max |W|</translation>
    </message>
    <message>
        <source>Channel ranges of what reads</source>
        <translation>读取层的通道范围</translation>
    </message>
    <message>
        <source>Shift of channel means</source>
        <translation>通道均值的偏移</translation>
    </message>
    <message>
        <source>Weights off their nearest code</source>
        <translation>偏离最近编码的权重</translation>
    </message>
    <message>
        <source>value</source>
        <translation>值</translation>
    </message>
</context>
<context>
    <name>RecoveryResults</name>
    <message>
        <source>dB</source>
        <translation>dB</translation>
    </message>
    <message>
        <source>metric</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>% equal</source>
        <translation>相等 %</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>After</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>Gain</source>
        <translation>增益</translation>
    </message>
    <message>
        <source>tried: {0}</source>
        <translation>试过：{0}</translation>
    </message>
    <message>
        <source>chosen</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>kept, harms</source>
        <translation>保留，有害</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>undone</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>{0}, undone</source>
        <translation>{0}，已撤回</translation>
    </message>
    <message>
        <source>before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>after</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>What each step gained</source>
        <translation>每步的增益</translation>
    </message>
    <message>
        <source>layer, in order of execution</source>
        <translation>层，按执行顺序</translation>
    </message>
    <message>
        <source>with all before, dB</source>
        <translation>连同之前所有层，dB</translation>
    </message>
    <message>
        <source>Error along the network, before and after</source>
        <translation>沿网络的误差，之前和之后</translation>
    </message>
    <message>
        <source>Of the outputs on samples held out; more is better</source>
        <translation>输出在留出样本上的数值；越大越好</translation>
    </message>
    <message>
        <source>What it did; a &gt; b: b tried behind a, quick rounding and biases after both</source>
        <translation>做了什么；a &gt; b：在 a 之后试 b，其后是快速舍入和偏置校正</translation>
    </message>
    <message>
        <source>Steps of recovery</source>
        <translation>修复步骤</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>A step that does harm is undone unless it was named</source>
        <translation>有害的步骤会被撤回，除非是指定的</translation>
    </message>
    <message>
        <source>Kept where held-out samples see no harm, or as it was named</source>
        <translation>留出样本没有变差，或是指定的步骤，才保留</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
</context>
<context>
    <name>ResultsView</name>
    <message>
        <source>The samples that suffer most will be here, with both answers.</source>
        <translation>受影响最大的样本将显示在这里，并列出两个网络的回答。</translation>
    </message>
    <message>
        <source>what the outputs are for</source>
        <translation>输出的用途</translation>
    </message>
    <message>
        <source>No output is float, so that samples have no figure.</source>
        <translation>没有浮点输出，因此样本没有指标。</translation>
    </message>
    <message>
        <source>Taken as {0}. Worst of {1} by {2}.</source>
        <translation>视为{0}。{1}中最差的，按{2}排列。</translation>
    </message>
    <message>
        <source>Taken as {0}. Worst of {1} by their worst slice.</source>
        <translation>视为{0}。{1}中最差的，按其最差片段排列。</translation>
    </message>
    <message>
        <source>What the outputs are for</source>
        <translation>输出的用途</translation>
    </message>
    <message>
        <source>What the outputs are for; guessed unless it is chosen</source>
        <translation>输出的用途；不选择时自动猜测</translation>
    </message>
    <message>
        <source>guessed</source>
        <translation>自动猜测</translation>
    </message>
    <message>
        <source>Worst samples</source>
        <translation>最差样本</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>Figure</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>That of the task, of this sample alone</source>
        <translation>任务的指标，仅针对该样本</translation>
    </message>
    <message>
        <source>Worst dB</source>
        <translation>最差 dB</translation>
    </message>
    <message>
        <source>SQNR of the worst slice of this sample</source>
        <translation>该样本最差切片的 SQNR</translation>
    </message>
    <message>
        <source>dB</source>
        <translation>dB</translation>
    </message>
    <message>
        <source>Error of each sample</source>
        <translation>每个样本的误差</translation>
    </message>
    <message>
        <source>SQNR of the worst slice of each sample; click selects it</source>
        <translation>每个样本最差切片的 SQNR；点击可选中</translation>
    </message>
</context>
<context>
    <name>SampleBars</name>
    <message>
        <source>clip range</source>
        <translation>截断范围</translation>
    </message>
    <message>
        <source>extreme of all</source>
        <translation>全体极值</translation>
    </message>
</context>
<context>
    <name>SamplesView</name>
    <message>
        <source>sample</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Trying fewer samples</source>
        <translation>正在尝试更少样本</translation>
    </message>
    <message>
        <source>{0} has settled: the last {1} moved its range by {2}.</source>
        <translation>{0} 已稳定：最后 {1}使其范围变动 {2}。</translation>
    </message>
    <message>
        <source>{0} has not settled: the last {1} moved its range by {2} of its width. Calibrate on more.</source>
        <translation>{0} 尚未稳定：最后 {1} 使其范围变动了宽度的 {2}。请用更多样本校准。</translation>
    </message>
    <message>
        <source>Point at a bar to see whose it is.</source>
        <translation>指向一个条形可查看它属于谁。</translation>
    </message>
    <message>
        <source>{0}: no values</source>
        <translation>{0}：没有值</translation>
    </message>
    <message>
        <source>Range of each sample</source>
        <translation>每个样本的范围</translation>
    </message>
    <message>
        <source>Smallest to largest value of each sample; triangles mark the extremes of all.
One sample far beyond the others is an outlier: a method that clips suits it.</source>
        <translation>每个样本的最小到最大值；三角标出全体极值。
远超其他的样本是离群者：适合用会截断的方法。</translation>
    </message>
    <message>
        <source>samples</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>Extremes after the first samples, and the range the method chooses from a
quarter, a half, three quarters and all of them. Good: flat towards the right.</source>
        <translation>前若干样本后的极值，以及方法从四分之一、一半、
四分之三和全部样本选出的范围。右侧平坦为好。</translation>
    </message>
    <message>
        <source>Range after so many samples</source>
        <translation>见过若干样本后的范围</translation>
    </message>
    <message>
        <source>Which sample made the extremes of a tensor will be shown here.</source>
        <translation>这里将显示哪个样本造成张量的极值。</translation>
    </message>
    <message>
        <source>Choose a layer with a quantized output: weights know no samples.</source>
        <translation>请选择输出已量化的层：权重与样本无关。</translation>
    </message>
    <message>
        <source>No values of this tensor were seen.</source>
        <translation>没有见到该张量的值。</translation>
    </message>
    <message>
        <source>Lowest {0} in {1}, highest {2} in {3}.</source>
        <translation>最低 {0} 在 {1}，最高 {2} 在 {3}。</translation>
    </message>
</context>
<context>
    <name>ScaleRows</name>
    <message>
        <source>Scales of all weights</source>
        <translation>所有权重的缩放因子</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Grey: one scale; blue: one for each channel; filled: in use</source>
        <translation>灰：单个缩放因子；蓝：每通道一个；实心：正在使用</translation>
    </message>
    <message>
        <source>Tensor</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>dB of the weight with one scale</source>
        <translation>单个缩放因子时权重的 dB</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>dB of the weight with a scale for each channel</source>
        <translation>每通道一个缩放因子时权重的 dB</translation>
    </message>
    <message>
        <source>Gain</source>
        <translation>增益</translation>
    </message>
    <message>
        <source>dB that scales for each channel bring</source>
        <translation>每通道缩放因子带来的 dB</translation>
    </message>
</context>
<context>
    <name>SearchForm</name>
    <message>
        <source>Limit of the search</source>
        <translation>搜索的限制</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>限制</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>How many samples each plan is run on</source>
        <translation>每个方案在多少样本上运行</translation>
    </message>
    <message>
        <source>float allowed</source>
        <translation>允许浮点</translation>
    </message>
    <message>
        <source>Without it every layer that can be quantized is</source>
        <translation>不选则所有可量化的层都会量化</translation>
    </message>
    <message>
        <source>of {0}</source>
        <translation>{0}</translation>
    </message>
    <message>
        <source>points of top-1</source>
        <translation>top-1 百分点</translation>
    </message>
    <message>
        <source>points of agreement</source>
        <translation>一致率百分点</translation>
    </message>
    <message>
        <source>smallest with</source>
        <translation>最小，满足</translation>
    </message>
    <message>
        <source>The smallest model of that output SQNR</source>
        <translation>达到该输出 SQNR 的最小模型</translation>
    </message>
    <message>
        <source>best within</source>
        <translation>最佳，不超过</translation>
    </message>
    <message>
        <source>The best model whose weights fit</source>
        <translation>权重大小符合的最佳模型</translation>
    </message>
    <message>
        <source>smallest that loses</source>
        <translation>最小，损失不超过</translation>
    </message>
    <message>
        <source>The smallest model that loses no more top-1, or agreement without labels;
give 200 samples or more to see small losses</source>
        <translation>损失不超过该 top-1（无标签时为一致率）的最小模型；
要看出小损失请给 200 个以上样本</translation>
    </message>
    <message>
        <source>samples</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>on</source>
        <translation>在</translation>
    </message>
</context>
<context>
    <name>SearchView</name>
    <message>
        <source>Plans that mix widths will be searched here, from small to good.</source>
        <translation>将在这里从小到好搜索混合位宽的方案。</translation>
    </message>
    <message>
        <source>Searching widths</source>
        <translation>正在搜索位宽</translation>
    </message>
    <message>
        <source>plan of {0}</source>
        <translation>{0} 的方案</translation>
    </message>
    <message>
        <source>weights, {0}</source>
        <translation>权重，{0}</translation>
    </message>
    <message>
        <source>Only plans that were run appear here.</source>
        <translation>这里只显示运行过的方案。</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Finds a width for each layer: the smallest model that keeps a quality, or the best within a size. Whole plans are run, and you take one.</source>
        <translation>为每层寻找位宽：保持质量的最小模型，或给定大小内的最好模型。完整方案都会实际运行，由您选用。</translation>
    </message>
    <message>
        <source>float: {0}</source>
        <translation>浮点：{0}</translation>
    </message>
    <message>
        <source>{0} bit: {1}</source>
        <translation>{0} 位：{1}</translation>
    </message>
    <message>
        <source>Each width of each layer is measured alone, then whole plans are run</source>
        <translation>先单独测量每层的每种位宽，再运行整个方案</translation>
    </message>
    <message>
        <source>Use this plan</source>
        <translation>采用此方案</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>output SQNR, dB</source>
        <translation>输出 SQNR，dB</translation>
    </message>
    <message>
        <source>metric</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>In use: {0}, {1} by the plan alone.</source>
        <translation>使用中：{0}，仅按方案为 {1}。</translation>
    </message>
    <message>
        <source>{0} alone on {1}; the marked one is written with {2}. Click a point to take its plan.</source>
        <translation>{0}（仅方案本身，{1}）；标出的方案写出后为 {2}。点击一个点即采用其方案。</translation>
    </message>
    <message>
        <source>Size against error</source>
        <translation>大小与误差</translation>
    </message>
</context>
<context>
    <name>SettlingCurve</name>
    <message>
        <source>extremes so far</source>
        <translation>至今极值</translation>
    </message>
    <message>
        <source>range of the method</source>
        <translation>方法的范围</translation>
    </message>
</context>
<context>
    <name>ShapesView</name>
    <message>
        <source>Worst layers, their outputs</source>
        <translation>最差的层及其输出</translation>
    </message>
    <message>
        <source>Small histograms of what every layer makes, the worst first.</source>
        <translation>每层输出的小直方图，最差的在前。</translation>
    </message>
    <message>
        <source>filling while it is calibrated; log counts</source>
        <translation>校准时逐渐填充；对数计数</translation>
    </message>
    <message>
        <source>dB if float, else alone; log counts; red: clipped</source>
        <translation>若浮点的 dB，否则单独；对数计数；红：截断</translation>
    </message>
    <message>
        <source>dB alone; log counts; red: clipped</source>
        <translation>单独的 dB；对数计数；红线外被截断</translation>
    </message>
    <message>
        <source>output alone {0} dB</source>
        <translation>输出单独 {0} dB</translation>
    </message>
    <message>
        <source>{0} dB if float</source>
        <translation>若为浮点 {0} dB</translation>
    </message>
</context>
<context>
    <name>SpeedView</name>
    <message>
        <source>What each layer takes in both files will be measured here.</source>
        <translation>这里将测量每一层在两个文件中的耗时。</translation>
    </message>
    <message>
        <source>Measuring what each layer takes</source>
        <translation>正在测量每一层的耗时</translation>
    </message>
    <message>
        <source>One sample takes {0} ms in the float file and {1} ms in the quantized one, {2} of them in {3}; median of runs on {4}.</source>
        <translation>一个样本在浮点文件中耗时 {0} ms，在量化文件中耗时 {1} ms，其中 {2} ms 用于 {3}；取 {4}上多次运行的中位数。</translation>
    </message>
    <message>
        <source>onnxruntime&apos;s own times of both files on this computer: which layers became slower, and why.</source>
        <translation>onnxruntime 自己在本机上对两个文件的计时：哪些层变慢了，以及原因。</translation>
    </message>
    <message>
        <source>integers</source>
        <translation>整数</translation>
    </message>
    <message>
        <source>float</source>
        <translation>浮点</translation>
    </message>
    <message>
        <source>both</source>
        <translation>两者</translation>
    </message>
    <message>
        <source>layer, from input to output</source>
        <translation>层，从输入到输出</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>ms</translation>
    </message>
    <message>
        <source>What each layer takes</source>
        <translation>每一层的耗时</translation>
    </message>
    <message>
        <source>One sample, as onnxruntime runs the file; 0: it is run within another layer</source>
        <translation>一个样本，按 onnxruntime 运行该文件的方式；0：它在另一层中一并运行</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Those that became slower first</source>
        <translation>变慢的层排在前面</translation>
    </message>
    <message>
        <source>Float ms</source>
        <translation>浮点 ms</translation>
    </message>
    <message>
        <source>Quantized ms</source>
        <translation>量化 ms</translation>
    </message>
    <message>
        <source>Conversions ms</source>
        <translation>转换 ms</translation>
    </message>
    <message>
        <source>The part of it that makes codes of floats, and floats of codes</source>
        <translation>其中把浮点变为编码、把编码变为浮点的部分</translation>
    </message>
    <message>
        <source>Runs in</source>
        <translation>运行方式</translation>
    </message>
    <message>
        <source>What its kernels compute with once quantized</source>
        <translation>量化后其内核用什么计算</translation>
    </message>
    <message>
        <source>Runs the float file and, from a temporary folder, the one of this plan for some seconds</source>
        <translation>将浮点文件和（在临时文件夹中的）此方案的文件各运行几秒</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Open model</source>
        <translation>打开模型</translation>
    </message>
    <message>
        <source>Open demo</source>
        <translation>打开演示</translation>
    </message>
    <message>
        <source>A small network with its data, calibrated at once.</source>
        <translation>一个带数据的小网络，立即校准。</translation>
    </message>
    <message>
        <source>Recent files</source>
        <translation>最近的文件</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>最近</translation>
    </message>
    <message>
        <source>{0} is no longer there.</source>
        <translation>{0} 已不存在。</translation>
    </message>
    <message>
        <source>See what fewer bits do to every layer of a network, and leave with a quantized model that was checked by running it.</source>
        <translation>看看更少的位数对网络每一层的影响，并带走一个经过运行检查的量化模型。</translation>
    </message>
    <message>
        <source>Or drop an .onnx model or a .qscope project anywhere.</source>
        <translation>或者把 .onnx 模型或 .qscope 项目拖到任意位置。</translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>Opening {0}</source>
        <translation>正在打开 {0}</translation>
    </message>
    <message>
        <source>choose {0}</source>
        <translation>选择 {0}</translation>
    </message>
    <message>
        <source>Calibrating on {0}</source>
        <translation>正在用 {0} 校准</translation>
    </message>
    <message>
        <source>Choosing ranges</source>
        <translation>正在选择范围</translation>
    </message>
    <message>
        <source>Comparing data</source>
        <translation>正在比较数据</translation>
    </message>
    <message>
        <source>Nothing in the file would be an integer, so none was written. {0}</source>
        <translation>文件中不会有任何整数，因此没有写出文件。{0}</translation>
    </message>
    <message>
        <source>Something went wrong that should not: {0}</source>
        <translation>发生了不该发生的错误：{0}</translation>
    </message>
</context>
<context>
    <name>Strip</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Undo the last edit</source>
        <translation>撤销上一次编辑</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel the work in progress</source>
        <translation>取消正在进行的工作</translation>
    </message>
    <message>
        <source>Stops at once and keeps nothing half-done (Esc)</source>
        <translation>立即停止，不保留半成品（Esc）</translation>
    </message>
    <message>
        <source>{0} / {1}, {2} a second, {3} left</source>
        <translation>{0} / {1}，每秒 {2}，剩余 {3}</translation>
    </message>
    <message>
        <source>last edit: {0}</source>
        <translation>上一次编辑：{0}</translation>
    </message>
    <message>
        <source>{0}: output {1} dB</source>
        <translation>{0}：输出 {1} dB</translation>
    </message>
</context>
<context>
    <name>SufferedView</name>
    <message>
        <source>They are in Results, with what both networks say</source>
        <translation>它们都在“结果”中，并列出两个网络的回答</translation>
    </message>
    <message>
        <source>The samples that suffer most, with what both networks say of them.</source>
        <translation>受损最重的样本，以及两个网络对它们的回答。</translation>
    </message>
    <message>
        <source>all {0}</source>
        <translation>全部 {0}</translation>
    </message>
    <message>
        <source>worst {0}</source>
        <translation>最差 {0}</translation>
    </message>
    <message>
        <source>float, then int8; worst of {0} by {1}</source>
        <translation>先浮点后 int8；{0} 个中最差，按{1}</translation>
    </message>
    <message>
        <source>float, then int8; worst of {0} by their worst slice</source>
        <translation>先浮点后 int8；{0} 个中最差，按最差切片</translation>
    </message>
    <message>
        <source>Samples that suffered most</source>
        <translation>受损最重的样本</translation>
    </message>
</context>
<context>
    <name>SumsReadout</name>
    <message>
        <source>size of the sums, bits</source>
        <translation>和的大小，位</translation>
    </message>
    <message>
        <source>Range of the sums</source>
        <translation>和的范围</translation>
    </message>
    <message>
        <source>How far the sums of the layer reach on either side of zero, in bits.
Good: well inside int32, the register they are added up in.</source>
        <translation>该层的和向零的两侧伸展多远，以位计。
好：远在累加它们的 int32 寄存器之内。</translation>
    </message>
    <message>
        <source>lowest sum</source>
        <translation>最小和</translation>
    </message>
    <message>
        <source>highest sum</source>
        <translation>最大和</translation>
    </message>
    <message>
        <source>bits needed</source>
        <translation>所需位数</translation>
    </message>
    <message>
        <source>weight pairs at risk</source>
        <translation>有风险的权重对</translation>
    </message>
    <message>
        <source>sums saturated</source>
        <translation>饱和的和</translation>
    </message>
    <message>
        <source>biases cut off</source>
        <translation>截断的偏置</translation>
    </message>
    <message>
        <source>Smallest sum of products plus bias on these samples, in integer steps.</source>
        <translation>这些样本上乘积与偏置之和的最小值，以整数步计。</translation>
    </message>
    <message>
        <source>Largest sum of products plus bias on these samples, in integer steps.</source>
        <translation>这些样本上乘积与偏置之和的最大值，以整数步计。</translation>
    </message>
    <message>
        <source>Width of the narrowest signed register that holds every sum.
Good: at most 32, the register of every runtime.</source>
        <translation>能容纳每个和的最窄有符号寄存器的宽度。
好：至多 32，即各运行时的寄存器。</translation>
    </message>
    <message>
        <source>Pairs of weights that some input could drive beyond int16.
x86 CPUs without VNNI add products in pairs there. Good: 0.</source>
        <translation>某些输入可能使其超出 int16 的权重对。
没有 VNNI 的 x86 CPU 在此成对相加乘积。好：0。</translation>
    </message>
    <message>
        <source>Sums of two products that these samples drive beyond int16.
x86 CPUs without VNNI cut them off; others do not. Good: 0.</source>
        <translation>这些样本使其超出 int16 的两个乘积之和。
没有 VNNI 的 x86 CPU 会截断；其他不会。好：0。</translation>
    </message>
    <message>
        <source>Values of the bias that do not fit int32 at the scale of input times weight.
Good: 0. A larger scale of the weight makes room.</source>
        <translation>以输入乘权重的缩放因子放不进 int32 的偏置值。
好：0。更大的权重缩放因子可腾出空间。</translation>
    </message>
</context>
<context>
    <name>TensorChoice</name>
    <message>
        <source>Tensor of the layer</source>
        <translation>该层的张量</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>输入</translation>
    </message>
</context>
<context>
    <name>TensorForm</name>
    <message>
        <source>Bits</source>
        <translation>位数</translation>
    </message>
    <message>
        <source>Fewer bits: smaller and faster, 6 dB less SQNR for each.
Widths other than 4, 8 and 16 are stored in the next larger type.</source>
        <translation>位数更少：更小更快，每少一位 SQNR 减 6 dB。
4、8、16 以外的位宽存入下一个更大的类型。</translation>
    </message>
    <message>
        <source>Symmetric</source>
        <translation>对称</translation>
    </message>
    <message>
        <source>The zero point lies in the middle. Asymmetric ranges fit one-sided values,
as after a Relu, one bit better.</source>
        <translation>零点位于中间。非对称范围适合单侧的值，
例如 Relu 之后，可多得一位。</translation>
    </message>
    <message>
        <source>Granularity</source>
        <translation>粒度</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Low by hand</source>
        <translation>手动下限</translation>
    </message>
    <message>
        <source>High by hand</source>
        <translation>手动上限</translation>
    </message>
    <message>
        <source>Not the same for all</source>
        <translation>各不相同</translation>
    </message>
    <message>
        <source>The target takes one scale for a weight</source>
        <translation>目标的每个权重只用一个缩放</translation>
    </message>
    <message>
        <source>low</source>
        <translation>下限</translation>
    </message>
    <message>
        <source>high</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>Blocks are for weights of MatMul and Gemm</source>
        <translation>分块用于 MatMul 和 Gemm 的权重</translation>
    </message>
    <message>
        <source>various</source>
        <translation>不同</translation>
    </message>
    <message>
        <source>By hand</source>
        <translation>手动</translation>
    </message>
</context>
<context>
    <name>TensorSwitch</name>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Tensor of the layer</source>
        <translation>该层的张量</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>输入</translation>
    </message>
</context>
<context>
    <name>TensorView</name>
    <message>
        <source>Choose a quantized layer on the left.</source>
        <translation>请在左侧选择一个量化的层。</translation>
    </message>
</context>
<context>
    <name>Thumbnails</name>
    <message>
        <source>Samples as the network sees them</source>
        <translation>网络看到的样本</translation>
    </message>
    <message>
        <source>label {0} {1}</source>
        <translation>标签 {0} {1}</translation>
    </message>
</context>
<context>
    <name>TimeBars</name>
    <message>
        <source>float</source>
        <translation>浮点</translation>
    </message>
    <message>
        <source>quantized</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>its conversions</source>
        <translation>其中的转换</translation>
    </message>
</context>
<context>
    <name>TrainedLayers</name>
    <message>
        <source>Layers before and after</source>
        <translation>之前与之后的各层</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>The colour is that of the level after</source>
        <translation>颜色表示训练后的等级</translation>
    </message>
    <message>
        <source>Plan alone dB</source>
        <translation>仅方案 dB</translation>
    </message>
    <message>
        <source>SQNR of the layer&apos;s output against the float model, with all before it
quantized too, neither recovered nor trained</source>
        <translation>该层输出相对浮点模型的 SQNR，之前各层也量化，
既未修复也未训练</translation>
    </message>
    <message>
        <source>Trained dB</source>
        <translation>训练后 dB</translation>
    </message>
    <message>
        <source>The same as it is in use now</source>
        <translation>同样的量，按现在使用的模型</translation>
    </message>
    <message>
        <source>Change dB</source>
        <translation>变化 dB</translation>
    </message>
    <message>
        <source>What training brought, with the recovery before it if any</source>
        <translation>训练（以及之前的修复，如有）带来的变化</translation>
    </message>
    <message>
        <source>Delta weights</source>
        <translation>权重 δ</translation>
    </message>
    <message>
        <source>Delta output</source>
        <translation>输出 δ</translation>
    </message>
    <message>
        <source>How much ewgs scaled their gradients by the distance to the level they round to,
in steps of the grid, as it was measured last; 0: not at all</source>
        <translation>ewgs 按到所舍入级别的距离缩放其梯度的强度，
以网格步长为单位，取最后一次测得的值；0：完全不缩放</translation>
    </message>
    <message>
        <source>The same of what the layer gives</source>
        <translation>对该层的输出，含义相同</translation>
    </message>
    <message>
        <source>Comparing layers</source>
        <translation>正在比较各层</translation>
    </message>
</context>
<context>
    <name>Training</name>
    <message>
        <source>Start anew</source>
        <translation>重新开始</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Recovery is running: wait for it, or stop it (Esc)</source>
        <translation>正在修复：请等待，或停止它 (Esc)</translation>
    </message>
    <message>
        <source>From the first step. The training that can be resumed is kept until this one
has got further.</source>
        <translation>从第一步开始。可以继续的那次训练会一直保留，
直到这次训练走得更远。</translation>
    </message>
    <message>
        <source>Trains what the plan makes of the network, from the first step</source>
        <translation>从第一步开始训练按方案量化的网络</translation>
    </message>
    <message>
        <source>In use, and the candidate of every view.</source>
        <translation>使用中，也是各视图中的候选模型。</translation>
    </message>
    <message>
        <source>The training of this plan is not loaded: resume it, or start anew.</source>
        <translation>此方案的训练未载入：继续训练或重新开始。</translation>
    </message>
    <message>
        <source>Training. Cancelling loses nothing: it can be resumed.</source>
        <translation>正在训练。取消不会丢失任何东西：可以继续。</translation>
    </message>
    <message>
        <source>Recovering, then converting the network and checking it against the float model.</source>
        <translation>先修复，再转换网络并与浮点模型核对。</translation>
    </message>
    <message>
        <source>Converting the network and checking it against the float model.</source>
        <translation>正在转换网络并与浮点模型核对。</translation>
    </message>
    <message>
        <source>A training of this plan was stopped: it can go on.</source>
        <translation>此方案的训练曾被停止：可以继续。</translation>
    </message>
    <message>
        <source>This training is done, but not in use: resuming brings it back.</source>
        <translation>此训练已完成，但未在使用：继续即可取回。</translation>
    </message>
    <message>
        <source>A training of this plan was stopped at step {0} of {1}: it can go on.</source>
        <translation>此方案的训练在第 {0} 步（共 {1} 步）停止：可以继续。</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Goes on where a training with these settings stopped</source>
        <translation>从相同设置的训练停下处继续</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Stops; what was trained so far can be resumed (Esc)</source>
        <translation>停止；已训练的部分可以继续 (Esc)</translation>
    </message>
    <message>
        <source>Nothing is trained yet. Loss and SQNR of samples held out will be drawn here epoch by epoch, and every layer compared with the plan alone.</source>
        <translation>尚未训练。这里将逐轮画出留出样本的损失和 SQNR，并将各层与仅按方案的结果比较。</translation>
    </message>
</context>
<context>
    <name>TrainingCurves</name>
    <message>
        <source>held out</source>
        <translation>留出</translation>
    </message>
    <message>
        <source>training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>The lower the better; the state of the lowest loss held out is kept.
Training alone going down: what it learns no longer helps other samples.</source>
        <translation>越低越好；保留留出损失最低的状态。
只有训练损失下降时：学到的东西对其他样本已无帮助。</translation>
    </message>
    <message>
        <source>output SQNR, dB</source>
        <translation>输出 SQNR，dB</translation>
    </message>
    <message>
        <source>Of samples held out, which judge and teach nothing: the higher the better.
The state of the lowest loss, which is kept, need not have the highest SQNR.</source>
        <translation>留出样本的 SQNR，只用于评判、不参与训练：越高越好。
保留的是损失最低的状态，其 SQNR 不一定最高。</translation>
    </message>
    <message>
        <source>agreement, %</source>
        <translation>一致率，%</translation>
    </message>
    <message>
        <source>Of samples held out: the share whose class is the float network&apos;s, or your
own metric. The higher the better.</source>
        <translation>保留样本中：类别与浮点网络相同的比例，或您自己的指标。
越高越好。</translation>
    </message>
    <message>
        <source>step</source>
        <translation>步长</translation>
    </message>
    <message>
        <source>metric</source>
        <translation>指标</translation>
    </message>
</context>
<context>
    <name>TrainingFacts</name>
    <message>
        <source>held-out loss</source>
        <translation>留出损失</translation>
    </message>
    <message>
        <source>Of samples that teach nothing, at the start and at the best state, which is that of
the lowest loss and is kept. Lower is better.</source>
        <translation>不参与训练的样本的损失：起点与最佳状态，后者损失最低，
会被保留。越低越好。</translation>
    </message>
    <message>
        <source>output SQNR</source>
        <translation>输出 SQNR</translation>
    </message>
    <message>
        <source>Of the same samples and states, against the float model. The state of the lowest
loss need not have the highest SQNR.</source>
        <translation>同样的样本和状态，相对浮点模型。损失最低的状态
不一定 SQNR 最高。</translation>
    </message>
    <message>
        <source>agreement</source>
        <translation>一致率</translation>
    </message>
    <message>
        <source>Share of the same samples whose best class is the float model&apos;s</source>
        <translation>同样的样本中最佳类别与浮点模型一致的比例</translation>
    </message>
    <message>
        <source>best step</source>
        <translation>最佳步</translation>
    </message>
    <message>
        <source>The step of the lowest held-out loss, of all there are</source>
        <translation>留出损失最低的步，及总步数</translation>
    </message>
    <message>
        <source>took</source>
        <translation>用时</translation>
    </message>
    <message>
        <source>Since it was started, or resumed the last time</source>
        <translation>自开始或上次继续以来</translation>
    </message>
    <message>
        <source>memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>The most that this program, or the CUDA device, held until the end</source>
        <translation>到结束为止本程序或 CUDA 设备占用的最大值</translation>
    </message>
    <message>
        <source>device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Where the training ran</source>
        <translation>训练在哪里运行</translation>
    </message>
</context>
<context>
    <name>TrainingForm</name>
    <message>
        <source>recover first</source>
        <translation>先修复</translation>
    </message>
    <message>
        <source>Begin with all that recovery gains; samples held out, which recovery does not
see, judge the training</source>
        <translation>从修复能得到的最好结果开始；修复看不到的留出样本
用于评判训练</translation>
    </message>
    <message>
        <source>Defaults</source>
        <translation>默认值</translation>
    </message>
    <message>
        <source>All settings as they were at first</source>
        <translation>所有设置恢复最初的值</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>More: {0} changed</source>
        <translation>更多：已改 {0} 项</translation>
    </message>
    <message>
        <source>Loss, data, device, and what each method leaves open</source>
        <translation>损失、数据、设备，以及各方法的其他设置</translation>
    </message>
</context>
<context>
    <name>Treatments</name>
    <message>
        <source>Recovering</source>
        <translation>正在修复</translation>
    </message>
    <message>
        <source>Fine-tuning</source>
        <translation>正在微调</translation>
    </message>
    <message>
        <source>the plan alone</source>
        <translation>方案本身</translation>
    </message>
    <message>
        <source>The plan changed meanwhile: the result is kept for the plan as it was.</source>
        <translation>方案在此期间已改变：结果保留给原来的方案。</translation>
    </message>
    <message>
        <source>recover</source>
        <translation>修复</translation>
    </message>
    <message>
        <source>fine-tune</source>
        <translation>微调</translation>
    </message>
</context>
<context>
    <name>TunePanel</name>
    <message>
        <source>Quantize</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Range of the input while running</source>
        <translation>运行时求输入范围</translation>
    </message>
    <message>
        <source>Choose one or more layers on the left.</source>
        <translation>请在左侧选择一层或多层。</translation>
    </message>
    <message>
        <source>quantize {0}</source>
        <translation>量化 {0}</translation>
    </message>
    <message>
        <source>keep {0} float</source>
        <translation>{0} 保持浮点</translation>
    </message>
    <message>
        <source>reset {0}</source>
        <translation>重置 {0}</translation>
    </message>
    <message>
        <source>range of the input of {0} while running</source>
        <translation>运行时求 {0} 的输入范围</translation>
    </message>
    <message>
        <source>range by method</source>
        <translation>范围按方法</translation>
    </message>
    <message>
        <source>Leave the selected layers out of quantization</source>
        <translation>所选层不参与量化</translation>
    </message>
    <message>
        <source>Let the selected layers compute on integers again</source>
        <translation>让所选层重新以整数计算</translation>
    </message>
    <message>
        <source>Keep float</source>
        <translation>保持浮点</translation>
    </message>
    <message>
        <source>Make up for what rounding shifts in the layer&apos;s output, if that helps</source>
        <translation>若有益，弥补舍入在该层输出造成的偏移</translation>
    </message>
    <message>
        <source>corrected</source>
        <translation>已校正</translation>
    </message>
    <message>
        <source>not corrected</source>
        <translation>未校正</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Try every range method and take the one of highest SQNR</source>
        <translation>尝试每种范围方法，取 SQNR 最高者</translation>
    </message>
    <message>
        <source>Best</source>
        <translation>最佳</translation>
    </message>
    <message>
        <source>Try every method and run the network: take what its outputs like best</source>
        <translation>尝试每种方法并运行网络：取对输出最好的</translation>
    </message>
    <message>
        <source>Best for output</source>
        <translation>对输出最好</translation>
    </message>
    <message>
        <source>Correct bias</source>
        <translation>校正偏置</translation>
    </message>
    <message>
        <source>Back to the defaults of the target</source>
        <translation>恢复目标的默认值</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Range</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>Scales</source>
        <translation>缩放因子</translation>
    </message>
    <message>
        <source>Bias</source>
        <translation>偏置</translation>
    </message>
    <message>
        <source>{0} for {1}</source>
        <translation>{1}：{0}</translation>
    </message>
    <message>
        <source>The range of the input is found anew for every sample: no calibration needed,
slower. Layers that read the same input follow.</source>
        <translation>每个样本重新求输入范围：无需校准，但较慢。
读取同一输入的层随之改变。</translation>
    </message>
</context>
<context>
    <name>TwoDepths</name>
    <message>
        <source>before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>after</source>
        <translation>之后</translation>
    </message>
</context>
<context>
    <name>ValuePlot</name>
    <message>
        <source>count</source>
        <translation>计数</translation>
    </message>
    <message>
        <source>Histogram</source>
        <translation>直方图</translation>
    </message>
</context>
<context>
    <name>View</name>
    <message>
        <source>{0} This model is quantized already: open its float original.</source>
        <translation>{0} 此模型已经量化：请打开其浮点原模型。</translation>
    </message>
    <message>
        <source>The data is being opened.</source>
        <translation>正在打开数据。</translation>
    </message>
    <message>
        <source>The data could not be opened: say under Data where and how it is.</source>
        <translation>数据无法打开：请在“数据”中说明其位置和方式。</translation>
    </message>
    <message>
        <source>Choose data first.</source>
        <translation>请先选择数据。</translation>
    </message>
    <message>
        <source>Calibration is running.</source>
        <translation>正在校准。</translation>
    </message>
    <message>
        <source>Ranges are being chosen.</source>
        <translation>正在选择范围。</translation>
    </message>
    <message>
        <source>Nothing comes of this plan: undo the last step.</source>
        <translation>此方案没有结果：请撤销上一步。</translation>
    </message>
</context>
<context>
    <name>WeightsView</name>
    <message>
        <source>Values of each channel</source>
        <translation>各通道的值</translation>
    </message>
    <message>
        <source>value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>channel</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>The weights of a layer will be shown here, channel by channel.</source>
        <translation>此处将逐通道显示一层的权重。</translation>
    </message>
    <message>
        <source>This layer has no weights with channels.</source>
        <translation>该层没有带通道的权重。</translation>
    </message>
    <message>
        <source>Reading the weight</source>
        <translation>正在读取权重</translation>
    </message>
    <message>
        <source>{0}, log counts: the stronger, the more values.</source>
        <translation>{0}，对数计数：颜色越强，值越多。</translation>
    </message>
    <message>
        <source>channel {0} at {1}: {2}</source>
        <translation>通道 {0}，{1} 处：{2}</translation>
    </message>
</context>
<context>
    <name>WhyBox</name>
    <message>
        <source>Why it hurts</source>
        <translation>为何有损</translation>
    </message>
    <message>
        <source>Looking at the layer</source>
        <translation>正在查看该层</translation>
    </message>
    <message>
        <source>Correct bias</source>
        <translation>校正偏置</translation>
    </message>
    <message>
        <source>Scales per channel</source>
        <translation>每通道缩放因子</translation>
    </message>
    <message>
        <source>Best method</source>
        <translation>最佳方法</translation>
    </message>
    <message>
        <source>16 bits</source>
        <translation>16 位</translation>
    </message>
    <message>
        <source>Recover: equalize</source>
        <translation>修复：均衡</translation>
    </message>
    <message>
        <source>Show that layer</source>
        <translation>显示该层</translation>
    </message>
</context>
<context>
    <name>WidthLines</name>
    <message>
        <source>as calibrated</source>
        <translation>校准后</translation>
    </message>
    <message>
        <source>recovered</source>
        <translation>已修复</translation>
    </message>
    <message>
        <source>fine-tuned</source>
        <translation>已微调</translation>
    </message>
</context>
<context>
    <name>WidthRows</name>
    <message>
        <source>Table of scales and widths</source>
        <translation>缩放因子与位宽表</translation>
    </message>
    <message>
        <source>Scales per tensor and per channel at W8A8, W4A8 and W4A4, as calibrated and
recovered: six recoveries</source>
        <translation>W8A8、W4A8 和 W4A4 下整个张量与逐通道的缩放因子，校准后与修复后：
六次修复</translation>
    </message>
    <message>
        <source>trained too</source>
        <translation>也微调</translation>
    </message>
    <message>
        <source>A third column: six trainings</source>
        <translation>第三列：六次微调</translation>
    </message>
    <message>
        <source>calibrated</source>
        <translation>已校准</translation>
    </message>
    <message>
        <source>recovered</source>
        <translation>已修复</translation>
    </message>
    <message>
        <source>trained</source>
        <translation>已微调</translation>
    </message>
    <message>
        <source>Filling the table of widths</source>
        <translation>正在填写位宽表</translation>
    </message>
    <message>
        <source>More come as they are measured.</source>
        <translation>测量后会继续出现。</translation>
    </message>
    <message>
        <source>Judged on {0} that taught nothing.</source>
        <translation>由未参与训练的 {0} 评判。</translation>
    </message>
    <message>
        <source>Stopped: what was finished is shown.</source>
        <translation>已停止：显示已完成的部分。</translation>
    </message>
    <message>
        <source>per tensor</source>
        <translation>整个张量</translation>
    </message>
    <message>
        <source>per channel</source>
        <translation>逐通道</translation>
    </message>
    <message>
        <source>Top-1 or agreement where there are classes, and dB of the outputs</source>
        <translation>有类别时为 top-1 或一致率，以及输出的 dB</translation>
    </message>
    <message>
        <source>Scales of weights</source>
        <translation>权重的缩放因子</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>位数</translation>
    </message>
</context>
<context>
    <name>WidthSweep</name>
    <message>
        <source>Sweep widths</source>
        <translation>扫描位宽</translation>
    </message>
    <message>
        <source>bits of weights and activations</source>
        <translation>权重与激活的位数</translation>
    </message>
    <message>
        <source>Judged on {0} that taught nothing.</source>
        <translation>由未参与训练的 {0} 评判。</translation>
    </message>
    <message>
        <source>equal integers, %</source>
        <translation>相同整数，%</translation>
    </message>
    <message>
        <source>output SQNR, dB</source>
        <translation>输出 SQNR，dB</translation>
    </message>
    <message>
        <source>Result against width</source>
        <translation>结果与位宽</translation>
    </message>
    <message>
        <source>The network at each width, on samples that taught nothing: the higher the better.</source>
        <translation>各位宽的网络在未参与训练的样本上的结果：越高越好。</translation>
    </message>
    <message>
        <source>Calibrates and recovers weights and activations at each width</source>
        <translation>在每个位宽校准并修复权重和激活</translation>
    </message>
    <message>
        <source>Calibrates, recovers and trains weights and activations at each width: takes
as many trainings as there are widths</source>
        <translation>在每个位宽下校准、修复并训练权重和激活：
有多少位宽就训练多少次</translation>
    </message>
    <message>
        <source>How long it takes is known after the first width.</source>
        <translation>所需时间在第一个位宽之后可知。</translation>
    </message>
    <message>
        <source>Sweeping widths</source>
        <translation>正在扫描位宽</translation>
    </message>
    <message>
        <source>The first point comes once the first width is calibrated.</source>
        <translation>第一个位宽校准后出现第一个点。</translation>
    </message>
    <message>
        <source>More points come as they are measured.</source>
        <translation>测得一个便增加一个点。</translation>
    </message>
    <message>
        <source>Stopped: the widths that were finished are shown.</source>
        <translation>已停止：显示已完成的位宽。</translation>
    </message>
    <message>
        <source>top-1, %</source>
        <translation>top-1，%</translation>
    </message>
    <message>
        <source>agreement, %</source>
        <translation>一致率，%</translation>
    </message>
    <message>
        <source>metric</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Width in bits</source>
        <translation>位宽</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>位</translation>
    </message>
    <message>
        <source>to</source>
        <translation>到</translation>
    </message>
</context>
<context>
    <name>WidthsView</name>
    <message>
        <source>Runs the whole network at each width, as calibrated and as recovered, to see how narrow it may be before anything is chosen for single layers.</source>
        <translation>在每个位宽下运行整个网络（校准后和修复后），先看能窄到什么程度，再为单个层做选择。</translation>
    </message>
    <message>
        <source>Runs the whole network at each width, as calibrated, recovered and fine-tuned, to see how narrow it may be before anything is chosen for single layers.</source>
        <translation>在每个位宽下运行整个网络（校准后、修复后和微调后），先看能窄到什么程度，再为单个层做选择。</translation>
    </message>
    <message>
        <source>How good the network is at each width will be drawn here.</source>
        <translation>网络在每个位宽下的好坏将画在这里。</translation>
    </message>
</context>
<context>
    <name>dynamic</name>
    <message>
        <source>It computes in float.</source>
        <translation>它以浮点计算。</translation>
    </message>
    <message>
        <source>Only for layers with a weight, not for {0}.</source>
        <translation>只适用于带权重的层，不适用于 {0}。</translation>
    </message>
    <message>
        <source>Its input is read by {0} too, which needs a fixed range.</source>
        <translation>它的输入也被 {0} 读取，后者需要固定范围。</translation>
    </message>
</context>
<context>
    <name>engine</name>
    <message>
        <source>Batch norms became part of the layers beside them when opened</source>
        <translation>打开时批归一化已并入相邻层</translation>
    </message>
    <message>
        <source>Moves outlier channels from activations into weights</source>
        <translation>将离群通道从激活移入权重</translation>
    </message>
    <message>
        <source>Moves high biases into the layer after</source>
        <translation>将过大的偏置移入后一层</translation>
    </message>
    <message>
        <source>Gives weights of 2 to 7 bits zero points of their own</source>
        <translation>为 2 至 7 位的权重使用各自的零点</translation>
    </message>
    <message>
        <source>Tries other range methods for all activations</source>
        <translation>为所有激活尝试其他范围方法</translation>
    </message>
    <message>
        <source>Rounds weights up or down so that the layer&apos;s output fits best; slower</source>
        <translation>将权重向上或向下舍入，使层的输出最接近；较慢</translation>
    </message>
    <message>
        <source>Makes up for what rounding shifts in every output channel</source>
        <translation>弥补舍入在每个输出通道造成的偏移</translation>
    </message>
    <message>
        <source>Tries every method for every activation on the network; slow</source>
        <translation>在网络上为每个激活尝试每种方法；较慢</translation>
    </message>
    <message>
        <source>uint8 activations, int8 weights per channel; CPUs with VNNI or dot product</source>
        <translation>uint8 激活，int8 逐通道权重；支持 VNNI 或点积的 CPU</translation>
    </message>
    <message>
        <source>as onnxruntime-cpu, weights that cannot saturate CPUs without VNNI</source>
        <translation>同 onnxruntime-cpu，权重不会使没有 VNNI 的 CPU 饱和</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is a state, fed back from &apos;{1}&apos;</source>
        <translation>“{0}”是由“{1}”反馈回来的状态</translation>
    </message>
    <message>
        <source>Left out at the end, where no batch is filled: {0}.</source>
        <translation>末尾不足一批，已略去：{0}。</translation>
    </message>
    <message>
        <source>quantized already</source>
        <translation>已经量化</translation>
    </message>
    <message>
        <source>its input &apos;{0}&apos; is float: codes would add an error and save nothing</source>
        <translation>其输入“{0}”为浮点：用编码只会增加误差而无所节省</translation>
    </message>
    <message>
        <source>Evens out the channels of neighbouring layers: for weights per tensor, loud channels</source>
        <translation>均衡相邻层的通道：用于整个张量共用一个缩放因子的权重，或幅度很大的通道</translation>
    </message>
    <message>
        <source>{0} costs {1} of the {2} ({3}).</source>
        <translation>{0} 使{2}损失 {1}（{3}）。</translation>
    </message>
    <message>
        <source>{0} costs {1}, {2} {3} of the {4} ({5}).</source>
        <translation>{0} 使{4}损失 {1}，{2} 损失 {3}（{5}）。</translation>
    </message>
    <message>
        <source>{0} costs {1}, {2} {3}, {4} {5} of the {6} ({7}).</source>
        <translation>{0} 使{6}损失 {1}，{2} 损失 {3}，{4} 损失 {5}（{7}）。</translation>
    </message>
    <message>
        <source>No layer is quantized, so none changes the result.</source>
        <translation>没有量化任何层，因此没有层会改变结果。</translation>
    </message>
    <message>
        <source>No layer can be ranked: {0}.</source>
        <translation>无法给层排序：{0}。</translation>
    </message>
    <message>
        <source>With {0} float it is equal to the float model ({1}).</source>
        <translation>{0} 保持浮点时，结果与浮点模型相同（{1}）。</translation>
    </message>
    <message>
        <source>Keeping any one layer float gains nothing ({0}).</source>
        <translation>任何一层单独保持浮点都没有收益（{0}）。</translation>
    </message>
    <message>
        <source>No layer stands out: {0} costs most, {1} ({2}).</source>
        <translation>没有特别突出的层：{0} 损失最多，{1}（{2}）。</translation>
    </message>
    <message>
        <source>metric</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>the result without any layer is no number</source>
        <translation>不量化任何层时的结果不是数值</translation>
    </message>
    <message>
        <source>{0} dB</source>
        <translation>{0} dB</translation>
    </message>
    <message>
        <source>{0} points</source>
        <translation>{0} 个百分点</translation>
    </message>
    <message>
        <source>Labels come from the {0} sub-folder names, {1}.</source>
        <translation>标签来自 {0} 个子文件夹的名称，{1}。</translation>
    </message>
    <message>
        <source>Sub-folders are not taken for labels: {0}. Give labels to have accuracy.</source>
        <translation>子文件夹未被当作标签：{0}。要得到准确率，请提供标签。</translation>
    </message>
    <message>
        <source>Values become {0}, preset &apos;{1}&apos;: a guess, the model does not say; choose another preset (imagenet, tf, unit or raw), or set mean and std.</source>
        <translation>数值变为 {0}，预设“{1}”：这是猜测，模型没有说明；请选择其他预设（imagenet、tf、unit 或 raw），或设置均值和标准差。</translation>
    </message>
    <message>
        <source>Images are resized to short side {0} and cropped to {1} (guessed from input {2}).</source>
        <translation>图像缩放到短边 {0} 并裁剪为 {1}（由输入 {2} 猜测）。</translation>
    </message>
    <message>
        <source>Images are given channels last, NHWC (guessed from input {0}).</source>
        <translation>图像按通道在后 NHWC 提供（由输入 {0} 猜测）。</translation>
    </message>
    <message>
        <source>Values become {0}: mean and std are read as pixels of 0..{1}.</source>
        <translation>数值变为 {0}：均值和标准差按 0..{1} 的像素理解。</translation>
    </message>
    <message>
        <source>Values become {0}, as for the image beside it: a guess.</source>
        <translation>数值变为 {0}，与旁边的图像相同：这是猜测。</translation>
    </message>
    <message>
        <source>Colour is reduced to luma, Y of YCbCr (guessed from the one channel of input {0}).</source>
        <translation>颜色转为亮度，即 YCbCr 的 Y（由输入 {0} 的单通道猜测）。</translation>
    </message>
    <message>
        <source>Pixels pass as they are, since input {0} takes {1}.</source>
        <translation>像素原样传入，因为输入 {0} 接受 {1}。</translation>
    </message>
    <message>
        <source>Images keep their size (input {0} takes any).</source>
        <translation>图像保持原尺寸（输入 {0} 接受任意尺寸）。</translation>
    </message>
    <message>
        <source>Images are cropped to {0} (guessed from input {1}).</source>
        <translation>图像裁剪为 {0}（由输入 {1} 猜测）。</translation>
    </message>
    <message>
        <source>Images are resized to {0}, aspect not kept (guessed from input {1}).</source>
        <translation>图像缩放为 {0}，不保持宽高比（由输入 {1} 猜测）。</translation>
    </message>
    <message>
        <source>Labels come from {0}.</source>
        <translation>标签来自 {0}。</translation>
    </message>
    <message>
        <source>Array &apos;{0}&apos; of {1} feeds the model, the only one that fits.</source>
        <translation>{1} 的数组“{0}”作为模型输入，只有它合适。</translation>
    </message>
    <message>
        <source>Input &apos;{0}&apos;: {1}</source>
        <translation>输入“{0}”：{1}</translation>
    </message>
    <message>
        <source>The model takes batches of {0}: every {0} rows are one sample.</source>
        <translation>模型接受 {0} 个一批：每 {0} 行是一个样本。</translation>
    </message>
    <message>
        <source>Labels are not used, since a sample is a whole batch.</source>
        <translation>标签未使用，因为一个样本是整批数据。</translation>
    </message>
    <message>
        <source>This CPU&apos;s int8 kernels saturate (no VNNI), so results here are worse than simulated: choose the target onnxruntime-no-vnni if the model shall run on CPUs like this one.</source>
        <translation>此 CPU 的 int8 内核会饱和（没有 VNNI），因此这里的结果比模拟差：若模型要在这样的 CPU 上运行，请选择目标 onnxruntime-no-vnni。</translation>
    </message>
    <message>
        <source>Not verified: {0}</source>
        <translation>未验证：{0}</translation>
    </message>
    <message>
        <source>The opset was raised from {0} to {1} for the types used.</source>
        <translation>因所用类型，opset 从 {0} 提高到 {1}。</translation>
    </message>
    <message>
        <source>Nothing in the file is an integer: it was written because that was forced.</source>
        <translation>文件中没有整数：因强制要求才写出。</translation>
    </message>
    <message>
        <source>No sample was given, so the file was loaded but not run.</source>
        <translation>没有给出样本，因此文件已加载但未运行。</translation>
    </message>
    <message>
        <source>The file grew: scales, zero points and the plan inside it take more than integer weights save.</source>
        <translation>文件变大了：缩放因子、零点和其中的方案占用超过整数权重节省的空间。</translation>
    </message>
    <message>
        <source>Labels were not used: {0}.</source>
        <translation>标签未使用：{0}。</translation>
    </message>
    <message>
        <source>{0} trained and then folded.</source>
        <translation>训练了 {0}，然后折叠。</translation>
    </message>
    <message>
        <source>Batch norms saw at most {0} of the {1} samples of a batch at once: more memory lets them see all.</source>
        <translation>批归一化一次最多看到一批 {1} 个样本中的 {0} 个：更多内存可让它们看到全部。</translation>
    </message>
    <message>
        <source>Groups of layers trained one by one: {0} instead of {1}, since there are no more layers, or no steps for more.</source>
        <translation>逐个训练的层组：{0} 组而非 {1} 组，因为没有更多的层，或没有更多的步数。</translation>
    </message>
    <message>
        <source>No batch norm was found to train: they were folded as they are.</source>
        <translation>没有找到可训练的批归一化：它们按原样折叠。</translation>
    </message>
    <message>
        <source>Training found nothing better than the start, which is kept.</source>
        <translation>训练没有找到比起点更好的结果，保留起点。</translation>
    </message>
    <message>
        <source>The network draws random numbers ({0}): its outputs change from run to run, so that no file made from it can be verified.</source>
        <translation>网络会产生随机数（{0}）：其输出每次运行都不同，因此由它生成的文件无法验证。</translation>
    </message>
    <message>
        <source>kept float by the plan</source>
        <translation>方案要求保持浮点</translation>
    </message>
    <message>
        <source>holds a subgraph: nodes inside it stay float</source>
        <translation>含有子图：其中的节点保持浮点</translation>
    </message>
    <message>
        <source>Gives parts that share a range and differ very much 16 bits, scales them, splits their layer or leaves them float</source>
        <translation>让共用一个范围但大小相差很大的部分用 16 位、相互缩放、拆分它们的层，或保持浮点</translation>
    </message>
    <message>
        <source>{0}, before biases are corrected</source>
        <translation>{0}，校正偏置之前</translation>
    </message>
    <message>
        <source>What feeds it lies at {0} dB already, its own output at {1} dB: the loss is not its own.</source>
        <translation>输入到它的已只有 {0} dB，它自己的输出为 {1} dB：损失并非源于它自己。</translation>
    </message>
    <message>
        <source>Its output by itself lies at {0} dB, its weights at {1} dB.</source>
        <translation>其输出本身为 {0} dB，权重为 {1} dB。</translation>
    </message>
    <message>
        <source>{0} Most of it came from {1}.</source>
        <translation>{0}大部分来自 {1}。</translation>
    </message>
    <message>
        <source>Its weights lie at {0} dB, its output by itself at {1} dB.</source>
        <translation>其权重为 {0} dB，输出本身为 {1} dB。</translation>
    </message>
    <message>
        <source>{0} The output costs most.</source>
        <translation>{0}输出损失最大。</translation>
    </message>
    <message>
        <source>Its weights lie at {0} dB, its output stays float.</source>
        <translation>其权重为 {0} dB，输出保持浮点。</translation>
    </message>
    <message>
        <source>Its output lies at {0} dB by itself.</source>
        <translation>其输出本身为 {0} dB。</translation>
    </message>
    <message>
        <source>{0} The weights cost most.</source>
        <translation>{0}权重损失最大。</translation>
    </message>
    <message>
        <source>{0} % of its values are clipped, which makes {1} % of the error of its output.</source>
        <translation>{0} % 的值被截断，占其输出误差的 {1} %。</translation>
    </message>
    <message>
        <source>Sample {0} alone reaches {1}, no other more than {2}: the range is wide for its sake.</source>
        <translation>只有样本 {0} 达到 {1}，其他样本均不超过 {2}：范围因它而变宽。</translation>
    </message>
    <message>
        <source>{0} of {1} channels of its output use less than a sixteenth of the codes: channel {2} reaches {3}, the middle one {4}.</source>
        <translation>其输出的 {1} 个通道中有 {0} 个只用到不足十六分之一的编码：通道 {2} 达到 {3}，中位通道为 {4}。</translation>
    </message>
    <message>
        <source>99.9 % of its values lie between {0} and {1}, the range is {2} times as wide.</source>
        <translation>99.9 % 的值位于 {0} 与 {1} 之间，而范围是其 {2} 倍宽。</translation>
    </message>
    <message>
        <source>Correct its bias.</source>
        <translation>校正其偏置。</translation>
    </message>
    <message>
        <source>Give each channel a scale.</source>
        <translation>让每个通道有自己的缩放因子。</translation>
    </message>
    <message>
        <source>Try another range method.</source>
        <translation>尝试其他范围方法。</translation>
    </message>
    <message>
        <source>Give it more bits.</source>
        <translation>给它更多位。</translation>
    </message>
    <message>
        <source>Recover with the step equalize.</source>
        <translation>用 equalize 步骤修复。</translation>
    </message>
    <message>
        <source>Look at that layer.</source>
        <translation>查看那一层。</translation>
    </message>
    <message>
        <source>{0} of {1} channels of its weights use less than an eighth of the codes: channel {2} is {3} times as wide as the middle one, and all have one scale.</source>
        <translation>其权重的 {1} 个通道中有 {0} 个只用到不足八分之一的编码：通道 {2} 是中位通道的 {3} 倍宽，而所有通道共用一个缩放因子。</translation>
    </message>
    <message>
        <source>Rounding its weights shifts the means of its channels: that is about {0} % of what the rounding costs, and a bias takes it back.</source>
        <translation>权重舍入使其通道均值偏移：约占舍入损失的 {0} %，偏置可以将其补回。</translation>
    </message>
    <message>
        <source>Its weights have {0} bits, and each bit less costs about 6 dB.</source>
        <translation>其权重为 {0} 位，每少一位约损失 6 dB。</translation>
    </message>
    <message>
        <source>its data settings cannot be read ({0})</source>
        <translation>其数据设置无法读取（{0}）</translation>
    </message>
    <message>
        <source>{0} asks for {1}x{2} pixels, more than the limit of {3}</source>
        <translation>{0} 要求 {1}x{2} 像素，超过上限 {3}</translation>
    </message>
    <message>
        <source>chooses between branches, whose results it hands on as floats</source>
        <translation>在分支之间选择，并以浮点传出其结果</translation>
    </message>
    <message>
        <source>stands in a branch that no sample took</source>
        <translation>位于没有样本走过的分支中</translation>
    </message>
    <message>
        <source>Makes weights larger that meet large inputs, where activations stay float</source>
        <translation>激活保持浮点时，放大与较大输入相遇的权重</translation>
    </message>
    <message>
        <source>an input comes as {1}, but {2} is what this network takes: convert the data</source>
        <translation>输入类型为 {1}，而该网络接受 {2}：请转换数据</translation>
    </message>
    <message>
        <source>nothing is fed to {1}: give data for every input of the network</source>
        <translation>没有数据送入 {1}：请为网络的每个输入提供数据</translation>
    </message>
    <message>
        <source>the network has no {1} &apos;{2}&apos;: use the names it has</source>
        <translation>网络没有{1}“{2}”：请使用它已有的名称</translation>
    </message>
    <message>
        <source>it does not know the operator {1}: export the model with standard operators, or update onnxruntime</source>
        <translation>它不认识算子 {1}：请用标准算子导出模型，或更新 onnxruntime</translation>
    </message>
    <message>
        <source>it has no {1} of opset {2} and later for the types of node &apos;{3}&apos;: export the model in float32 and with an older opset, or update onnxruntime</source>
        <translation>它没有适用于节点“{3}”类型的 {1}（opset {2} 及以后）：请用 float32 和较旧的 opset 导出模型，或更新 onnxruntime</translation>
    </message>
    <message>
        <source>it runs no recurrent layer with batches first: export the model with layout 0</source>
        <translation>它不运行批在前的循环层：请用 layout 0 导出模型</translation>
    </message>
    <message>
        <source>the body of a Scan does not tell the shape of &apos;{1}&apos;, which it has to know: export the model with the shapes of bodies</source>
        <translation>Scan 的循环体没有说明“{1}”的形状，而这必须知道：请连同循环体的形状一起导出模型</translation>
    </message>
    <message>
        <source>operator {2} takes no {1}: export the model in float32</source>
        <translation>算子 {2} 不接受 {1}：请以 float32 导出模型</translation>
    </message>
    <message>
        <source>the file has IR version {1} and it reads up to {2}: export it with an older exporter, or update onnxruntime</source>
        <translation>文件的 IR 版本为 {1}，而它最高读到 {2}：请用较旧的导出器导出，或更新 onnxruntime</translation>
    </message>
    <message>
        <source>it is no ONNX model or was cut off: export it again</source>
        <translation>这不是 ONNX 模型，或已被截断：请重新导出</translation>
    </message>
    <message>
        <source>{0} has label {1} but the model tells {2} classes apart: give the labels this model was trained on.</source>
        <translation>{0} 的标签为 {1}，但模型只区分 {2} 类：请提供训练该模型时所用的标签。</translation>
    </message>
    <message>
        <source>Layer &apos;{0}&apos; pads itself (auto_pad) over a size that is not fixed: its sums cannot be shown.</source>
        <translation>层“{0}”在不固定的尺寸上自动填充（auto_pad）：无法显示其求和。</translation>
    </message>
    <message>
        <source>there is no such layer; see inspect</source>
        <translation>没有这样的层；见 inspect</translation>
    </message>
    <message>
        <source>Layer &apos;{0}&apos; does not compute on codes: {1}.</source>
        <translation>层“{0}”不以编码计算：{1}。</translation>
    </message>
    <message>
        <source>Layer &apos;{0}&apos; ({1}) has no integer sums under this plan: it needs input and weight in integers, the weight per tensor or per channel.</source>
        <translation>按此方案，层“{0}”（{1}）没有整数求和：它需要输入和权重都为整数，权重按整个张量或按通道量化。</translation>
    </message>
    <message>
        <source>{0}: input &apos;{1}&apos; takes {2}, not numbers: it cannot be fed here.</source>
        <translation>{0}：输入“{1}”接受 {2}，不是数值：无法在此送入数据。</translation>
    </message>
    <message>
        <source>{0} takes {1} but {2} takes {3}: give two forms of the same model.</source>
        <translation>{0} 接受 {1}，而 {2} 接受 {3}：请提供同一模型的两种形式。</translation>
    </message>
    <message>
        <source>{0} and {1} share no output ({2}; {3}): give two forms of the same model.</source>
        <translation>{0} 与 {1} 没有共同的输出（{2}；{3}）：请提供同一模型的两种形式。</translation>
    </message>
    <message>
        <source>Output &apos;{0}&apos; has shape {1} in {2} and {3} in {4}: these are not the same model.</source>
        <translation>输出“{0}”在 {2} 中的形状为 {1}，在 {4} 中为 {3}：它们不是同一模型。</translation>
    </message>
    <message>
        <source>There is no sample to analyze with: choose data that has some.</source>
        <translation>没有可用于分析的样本：请选择含有样本的数据。</translation>
    </message>
    <message>
        <source>The number of samples must be at least 1, not {0}.</source>
        <translation>样本数必须至少为 1，而不是 {0}。</translation>
    </message>
    <message>
        <source>The result cannot be measured: no sample can be read.</source>
        <translation>无法测量结果：没有样本可读取。</translation>
    </message>
    <message>
        <source>Layers whose ranges are found while running cannot be switched one by one: give the activations a type such as uint8 for this analysis.</source>
        <translation>范围在运行时求得的层无法逐个切换：做此分析请为激活指定类型，例如 uint8。</translation>
    </message>
    <message>
        <source>{0} holds no arrays: save it with numpy.savez</source>
        <translation>{0} 不含数组：请用 numpy.savez 保存</translation>
    </message>
    <message>
        <source>{0} holds pickled Python objects, which may run code when read: save plain number arrays instead</source>
        <translation>{0} 含有序列化（pickle）的 Python 对象，读取时可能运行代码：请改存普通数值数组</translation>
    </message>
    <message>
        <source>{0} claims shape {1} of {2}, more than the file holds: it is damaged or was cut off</source>
        <translation>{0} 声称形状为 {1}、类型为 {2}，超过文件所含：文件已损坏或被截断</translation>
    </message>
    <message>
        <source>{0} takes {1} GiB in memory: save it as .npy, which is read piece by piece</source>
        <translation>{0} 在内存中占 {1} GiB：请存为 .npy，它可以分段读取</translation>
    </message>
    <message>
        <source>{0} claims more bytes than its file can hold: it is damaged</source>
        <translation>{0} 声称的字节数超过其文件所能容纳：文件已损坏</translation>
    </message>
    <message>
        <source>{0} has array format {1}: save it as plain numbers</source>
        <translation>{0} 的数组格式为 {1}：请存为普通数值</translation>
    </message>
    <message>
        <source>{0} cannot be read as numpy arrays: {1}</source>
        <translation>{0} 无法作为 numpy 数组读取：{1}</translation>
    </message>
    <message>
        <source>{0} does not fit into memory: save it as .npy</source>
        <translation>{0} 放不进内存：请存为 .npy</translation>
    </message>
    <message>
        <source>{0} has a damaged array header</source>
        <translation>{0} 的数组头已损坏</translation>
    </message>
    <message>
        <source>{0} cannot be read ({1})</source>
        <translation>无法读取 {0}（{1}）</translation>
    </message>
    <message>
        <source>floats and int4 weights in blocks of 32, as networks that generate run best</source>
        <translation>浮点激活与每 32 个一块的 int4 权重，最适合生成式网络</translation>
    </message>
    <message>
        <source>Float operators between QuantizeLinear and DequantizeLinear: runs everywhere</source>
        <translation>浮点算子夹在 QuantizeLinear 与 DequantizeLinear 之间：到处可运行</translation>
    </message>
    <message>
        <source>Integer operators, as older runtimes want them</source>
        <translation>整数算子，适合较旧的运行时</translation>
    </message>
    <message>
        <source>Products of floats with packed weights (MatMulNBits of onnxruntime)</source>
        <translation>浮点与打包权重的乘积（onnxruntime 的 MatMulNBits）</translation>
    </message>
    <message>
        <source>AIMET&apos;s encodings 0.6.1, which QNN takes as quantization overrides</source>
        <translation>AIMET 编码 0.6.1，QNN 可将其用作量化覆盖</translation>
    </message>
    <message>
        <source>AIMET&apos;s encodings 1.0.0, which QNN takes as quantization overrides</source>
        <translation>AIMET 编码 1.0.0，QNN 可将其用作量化覆盖</translation>
    </message>
    <message>
        <source>AIMET&apos;s encodings 2.0.0, which QNN takes as quantization overrides</source>
        <translation>AIMET 编码 2.0.0，QNN 可将其用作量化覆盖</translation>
    </message>
    <message>
        <source>overrides for onnxruntime&apos;s own quantizer</source>
        <translation>onnxruntime 自带量化器的覆盖设置</translation>
    </message>
    <message>
        <source>a calibration cache of TensorRT (up to version 10)</source>
        <translation>TensorRT 校准缓存（至版本 10）</translation>
    </message>
    <message>
        <source>a table for ncnn2int8</source>
        <translation>用于 ncnn2int8 的表格</translation>
    </message>
    <message>
        <source>a calibration table of tpu-mlir</source>
        <translation>tpu-mlir 校准表</translation>
    </message>
    <message>
        <source>which operations tpu-mlir keeps float</source>
        <translation>tpu-mlir 中保持浮点的运算</translation>
    </message>
    <message>
        <source>precision of layers as a Hailo model script (.alls)</source>
        <translation>各层精度，写成 Hailo 模型脚本（.alls）</translation>
    </message>
    <message>
        <source>layers of another type, put into RKNN&apos;s .quantization.cfg</source>
        <translation>其他类型的层，写入 RKNN 的 .quantization.cfg</translation>
    </message>
    <message>
        <source>an attachment that Netron opens beside the model</source>
        <translation>Netron 随模型一起打开的附件</translation>
    </message>
    <message>
        <source>node data of Model Explorer</source>
        <translation>Model Explorer 的节点数据</translation>
    </message>
    <message>
        <source>a row for each scale</source>
        <translation>每个缩放因子一行</translation>
    </message>
    <message>
        <source>ranges that onnxruntime&apos;s calibration found</source>
        <translation>onnxruntime 校准得到的范围</translation>
    </message>
    <message>
        <source>it needs the locale {1}, which this machine does not have: install that, or export the model without the step on text</source>
        <translation>它需要区域设置 {1}，而本机没有：请安装它，或导出不含文本处理步骤的模型</translation>
    </message>
    <message>
        <source>{0} is in bfloat16, which onnxruntime runs on no CPU: run, timed and compared is its form in float32.</source>
        <translation>{0} 为 bfloat16，onnxruntime 在任何 CPU 上都无法运行：运行、计时和比较的是它的 float32 形式。</translation>
    </message>
    <message>
        <source>it holds {0} where pixels are expected: store uint8</source>
        <translation>其中为 {0}，而此处应为像素：请存为 uint8</translation>
    </message>
    <message>
        <source>it holds values from {0} to {1}, which are no pixels of 0..255</source>
        <translation>其中的值从 {0} 到 {1}，不是 0..255 的像素</translation>
    </message>
    <message>
        <source>its mask holds {0} where others hold only 0 and 1: say for that input whether its values are raw or those of an image</source>
        <translation>其掩码含有 {0}，而其他掩码只含 0 和 1：请说明该输入的值是原始值还是图像的值</translation>
    </message>
    <message>
        <source>{0} is empty: a table needs a line for each sample</source>
        <translation>{0} 为空：表格需要每个样本一行</translation>
    </message>
    <message>
        <source>{0} has several columns &apos;{1}&apos;: give each a name of its own</source>
        <translation>{0} 有多个名为“{1}”的列：请给每列各自的名称</translation>
    </message>
    <message>
        <source>{0} holds names of columns and no line of numbers</source>
        <translation>{0} 只有列名，没有数值行</translation>
    </message>
    <message>
        <source>{0} cannot be read as a table ({1})</source>
        <translation>无法将 {0} 作为表格读取（{1}）</translation>
    </message>
    <message>
        <source>line {0} of {1} holds {2} cells where the first line holds {3}: it was cut off, or a text with separators needs quotes</source>
        <translation>{1} 的第 {0} 行有 {2} 个单元格，而第一行有 {3} 个：文件被截断，或含分隔符的文本需要引号</translation>
    </message>
    <message>
        <source>folder &apos;{0}&apos; cannot be read ({1})</source>
        <translation>无法读取文件夹“{0}”（{1}）</translation>
    </message>
    <message>
        <source>folder &apos;{0}&apos; holds over {1} files: give a smaller one</source>
        <translation>文件夹“{0}”里的文件超过 {1} 个：请给一个小一些的文件夹</translation>
    </message>
    <message>
        <source>the inputs have different numbers of steps: {0}</source>
        <translation>各输入的步数不同：{0}</translation>
    </message>
    <message>
        <source>it is shorter than one step</source>
        <translation>它比一步还短</translation>
    </message>
    <message>
        <source>the inputs take batches of different sizes ({0})</source>
        <translation>各输入接受的批大小不同（{0}）</translation>
    </message>
    <message>
        <source>no sample could be used: {0}</source>
        <translation>没有样本可用：{0}</translation>
    </message>
    <message>
        <source>the data is empty</source>
        <translation>数据为空</translation>
    </message>
    <message>
        <source>{0} of {1} samples cannot be used, more than 5 %; the first: {2}</source>
        <translation>{1} 个样本中有 {0} 个不可用，超过 5 %；第一个：{2}</translation>
    </message>
    <message>
        <source>input {0} takes {1}, and no array can be fed as that: let the network take float and begin with a Cast</source>
        <translation>输入 {0} 接受 {1}，没有数组能以此类型送入：请让网络接受 float 并以 Cast 开头</translation>
    </message>
    <message>
        <source>found shape {0} where input {1} is expected</source>
        <translation>得到形状 {0}，而应为输入 {1}</translation>
    </message>
    <message>
        <source>{0}: change the data or its preprocessing to that shape</source>
        <translation>{0}：请将数据或其预处理改为该形状</translation>
    </message>
    <message>
        <source>input {0} takes {1} but the data holds {2}</source>
        <translation>输入 {0} 接受 {1}，而数据为 {2}</translation>
    </message>
    <message>
        <source>input {0} takes text, and only numbers can be fed here: begin the network behind the nodes that make numbers of it</source>
        <translation>输入 {0} 接受文本，而这里只能送入数值：请让网络从把文本变成数值的节点之后开始</translation>
    </message>
    <message>
        <source>{0}: the model says length 0 there, and onnxruntime takes it at its word; export the model with that side open</source>
        <translation>{0}：模型在那里写明长度为 0，onnxruntime 会照做；请导出时让那一边保持开放</translation>
    </message>
    <message>
        <source>{0}: {1}x{2} is what this network takes: change the data or its preprocessing to it</source>
        <translation>{0}：该网络接受 {1}x{2}：请将数据或其预处理改为该尺寸</translation>
    </message>
    <message>
        <source>input {0} takes {1}, too small for the values in the data</source>
        <translation>输入 {0} 接受 {1}，对数据中的值来说太小</translation>
    </message>
    <message>
        <source>its channels are last, transpose the array</source>
        <translation>其通道在最后，请转置数组</translation>
    </message>
    <message>
        <source>its channels are first, transpose the array</source>
        <translation>其通道在最前，请转置数组</translation>
    </message>
    <message>
        <source>{0} was cut off while it was read</source>
        <translation>{0} 在读取时被截断</translation>
    </message>
    <message>
        <source>fit &apos;{0}&apos; is unknown: use crop, stretch or letterbox:{1}, with the pixel value 0..{2} of what is filled</source>
        <translation>未知的适配方式“{0}”：请用 crop、stretch 或 letterbox:{1}，后者带填充的像素值 0..{2}</translation>
    </message>
    <message>
        <source>input {0} takes images of any size: say resize too, as 640x640</source>
        <translation>输入 {0} 接受任意尺寸的图像：请同时给出缩放尺寸，例如 640x640</translation>
    </message>
    <message>
        <source>Images are resized to height {0}, aspect kept (guessed from input {1}).</source>
        <translation>图像缩放到高度 {0}，保持长宽比（根据输入 {1} 推测）。</translation>
    </message>
    <message>
        <source>Images are resized to width {0}, aspect kept (guessed from input {1}).</source>
        <translation>图像缩放到宽度 {0}，保持长宽比（根据输入 {1} 推测）。</translation>
    </message>
    <message>
        <source>fit {0} keeps the whole image, so crop cannot be said beside</source>
        <translation>适配方式 {0} 保留整幅图像，因此不能同时裁剪</translation>
    </message>
    <message>
        <source>input {0} takes no images with 1 or 3 channels: give its values as .npy or .npz</source>
        <translation>输入 {0} 不接受 1 或 3 通道的图像：请以 .npy 或 .npz 给出其值</translation>
    </message>
    <message>
        <source>input {0} takes {1}, which cannot hold {2}: say preset raw for it, or no preset, mean and std</source>
        <translation>输入 {0} 接受 {1}，放不下 {2}：请为它选择预设 raw，或不用预设、均值和标准差</translation>
    </message>
    <message>
        <source>preset &apos;{0}&apos; is unknown: use {1}</source>
        <translation>未知的预设“{0}”：请使用 {1}</translation>
    </message>
    <message>
        <source>the image header claims {0}, more than the limit of {1}</source>
        <translation>图像头声称{0}，超过上限 {1}</translation>
    </message>
    <message>
        <source>it holds values from {0} to {1}, which are no pixels: save it as .npy</source>
        <translation>其中的值从 {0} 到 {1}，不是像素：请存为 .npy</translation>
    </message>
    <message>
        <source>the image cannot be read ({0})</source>
        <translation>图像无法读取（{0}）</translation>
    </message>
    <message>
        <source>it holds floats, and no pixel says which is white: save it as .npy</source>
        <translation>其中为浮点数，没有像素说明何为白色：请存为 .npy</translation>
    </message>
    <message>
        <source>a mask needs one number a pixel, grey or of a palette, not {0} colours</source>
        <translation>掩码每像素需要一个数（灰度或调色板），而不是 {0} 种颜色</translation>
    </message>
    <message>
        <source>not a PNG, JPEG, BMP, WebP, TIFF or GIF image, or its header is damaged</source>
        <translation>不是 PNG、JPEG、BMP、WebP、TIFF 或 GIF 图像，或文件头已损坏</translation>
    </message>
    <message>
        <source>the image does not fit into memory</source>
        <translation>图像放不进内存</translation>
    </message>
    <message>
        <source>the image cannot be decoded ({0})</source>
        <translation>无法解码图像（{0}）</translation>
    </message>
    <message>
        <source>the image is damaged ({0})</source>
        <translation>图像已损坏（{0}）</translation>
    </message>
    <message>
        <source>too many pixels</source>
        <translation>像素太多</translation>
    </message>
    <message>
        <source>HEIC pictures need Pillow&apos;s plug-in (pip install pillow-heif), or to be saved as PNG</source>
        <translation>HEIC 图片需要 Pillow 的插件（pip install pillow-heif），或存为 PNG</translation>
    </message>
    <message>
        <source>{0}x{1} pixels</source>
        <translation>{0}x{1} 像素</translation>
    </message>
    <message>
        <source>{0} needs a first line with the columns filename,label_index, or an image and a number a line, found {1}; what is right for other tasks (boxes, masks, texts, pairs) is for `evaluate` alone</source>
        <translation>{0} 的第一行需要列名 filename,label_index，或每行一个图像和一个数，实际为 {1}；其他任务的正确答案（框、掩码、文本、配对）只用于 `evaluate`</translation>
    </message>
    <message>
        <source>{0} line {1}: {2} must be a number from 0 to {3}, found &apos;{4}&apos;</source>
        <translation>{0} 第 {1} 行：{2} 必须是 0 到 {3} 的数，实际为“{4}”</translation>
    </message>
    <message>
        <source>{0} cannot be read as csv text ({1})</source>
        <translation>无法将 {0} 作为 csv 文本读取（{1}）</translation>
    </message>
    <message>
        <source>{0} lines {1} and {2} give &apos;{3}&apos; the labels {4} and {5}</source>
        <translation>{0} 的第 {1} 行和第 {2} 行给“{3}”不同的标签 {4} 和 {5}</translation>
    </message>
    <message>
        <source>labels &apos;{0}&apos; must be {1} integers, found {2} {3}</source>
        <translation>标签“{0}”必须是 {1} 个整数，实际为 {2} {3}</translation>
    </message>
    <message>
        <source>labels &apos;{0}&apos; must lie in 0..{1}</source>
        <translation>标签“{0}”必须在 0..{1} 之内</translation>
    </message>
    <message>
        <source>labels &apos;{0}&apos; hold the text &apos;{1}&apos; and {2}</source>
        <translation>标签“{0}”含有文本“{1}”，以及 {2}</translation>
    </message>
    <message>
        <source>Labels come from {0}; {1} of {2} samples have none.</source>
        <translation>标签来自 {0}；{2} 个样本中有 {1} 个没有标签。</translation>
    </message>
    <message>
        <source>labels file &apos;{0}&apos; does not exist</source>
        <translation>标签文件“{0}”不存在</translation>
    </message>
    <message>
        <source>loop {0}: scores give one number a step, and input {1} takes {2}</source>
        <translation>回路 {0}：得分每步给出一个数，而输入 {1} 需要 {2} 个</translation>
    </message>
    <message>
        <source>loop {0}: what the output gives, {1} {2}, cannot feed input {3} of {4}</source>
        <translation>回路 {0}：该输出给出 {1} {2}，不能送入 {4} 类型的输入 {3}</translation>
    </message>
    <message>
        <source>input {0}: give its first value in the data, its shape is not known</source>
        <translation>输入 {0}：请在数据中给出它的初始值，它的形状未知</translation>
    </message>
    <message>
        <source>loop {0}: the model has no input &apos;{1}&apos;, it has {2}</source>
        <translation>回路 {0}：模型没有输入“{1}”，它有 {2}</translation>
    </message>
    <message>
        <source>loop {0}: the model has no output &apos;{1}&apos;, it has {2}</source>
        <translation>回路 {0}：模型没有输出“{1}”，它有 {2}</translation>
    </message>
    <message>
        <source>input {0}: give its first value in the data, the length &apos;{1}&apos; is not known</source>
        <translation>输入 {0}：请在数据中给出它的初始值，长度“{1}”未知</translation>
    </message>
    <message>
        <source>{0} holds {1}; {2} of them fits input {3}: map {4}=KEY to say which</source>
        <translation>{0} 含有 {1}；其中 {2} 适合输入 {3}：请以 {4}=KEY 说明用哪个</translation>
    </message>
    <message>
        <source>{0} holds nothing more for input {1}: map {2}=0 for a constant</source>
        <translation>{0} 中没有供输入 {1} 使用的内容了：用 {2}=0 映射为常量</translation>
    </message>
    <message>
        <source>more than one</source>
        <translation>不止一个</translation>
    </message>
    <message>
        <source>none</source>
        <translation>没有一个</translation>
    </message>
    <message>
        <source>{0} has no array for input {1}: map {2}=KEY, or {2}=0 for a constant; it holds {3}</source>
        <translation>{0} 没有输入 {1} 的数组：请映射 {2}=KEY，或用 {2}=0 表示常数；其中有 {3}</translation>
    </message>
    <message>
        <source>images: {0} is one too many: every input is mapped</source>
        <translation>图像：{0} 多余：每个输入都已映射</translation>
    </message>
    <message>
        <source>{0} holds no array &apos;{1}&apos; for input &apos;{2}&apos;: it holds {3}</source>
        <translation>{0} 没有输入“{2}”的数组“{1}”：其中有 {3}</translation>
    </message>
    <message>
        <source>input &apos;{0}&apos; holds {1} of {2} values: give numbers in their place, or leave this sample out of the data</source>
        <translation>输入“{0}”的 {2} 个值中有 {1}：请改为数值，或从数据中去掉该样本</translation>
    </message>
    <message>
        <source>data in memory needs an array for each input, its first axis the samples</source>
        <translation>内存中的数据需要每个输入一个数组，第一轴为样本</translation>
    </message>
    <message>
        <source>data in memory has no array for input {0}</source>
        <translation>内存中的数据没有输入 {0} 的数组</translation>
    </message>
    <message>
        <source>data &apos;{0}&apos; is not usable: give images, arrays (.npz, .npy, .raw, .bin), sounds (.wav) or a folder of them, a table (.csv, .tsv), or an ONNX test_data_set folder</source>
        <translation>数据“{0}”不可用：请提供图像、数组（.npz、.npy、.raw、.bin）、声音（.wav）或装有它们的文件夹，表格（.csv、.tsv），或 ONNX test_data_set 文件夹</translation>
    </message>
    <message>
        <source>What was said of {0} is not used: this data takes no such setting.</source>
        <translation>关于 {0} 的设定未被使用：这种数据不接受该设置。</translation>
    </message>
    <message>
        <source>no sample is left: samples {0} to {1} were asked for, the data has {2}</source>
        <translation>没有剩余样本：要求样本 {0} 到 {1}，而数据有 {2}</translation>
    </message>
    <message>
        <source>data &apos;{0}&apos; does not exist</source>
        <translation>数据“{0}”不存在</translation>
    </message>
    <message>
        <source>data &apos;{0}&apos; cannot be read ({1})</source>
        <translation>无法读取数据“{0}”（{1}）</translation>
    </message>
    <message>
        <source>the model has no input &apos;{0}&apos;: its inputs are {1}</source>
        <translation>模型没有输入“{0}”：其输入为 {1}</translation>
    </message>
    <message>
        <source>the limit of samples must be at least 1, not {0}</source>
        <translation>样本数上限必须至少为 1，而不是 {0}</translation>
    </message>
    <message>
        <source>labels are not read from a folder of .npz files: leave labels out</source>
        <translation>不从 .npz 文件的文件夹读取标签：请去掉标签</translation>
    </message>
    <message>
        <source>{0} holds one array: labels need an .npz with a key for them</source>
        <translation>{0} 只有一个数组：标签需要带键的 .npz</translation>
    </message>
    <message>
        <source>every input is a constant: map at least one to an array of {0}</source>
        <translation>每个输入都是常数：请至少将一个映射到 {0} 的数组</translation>
    </message>
    <message>
        <source>the arrays of {0} hold different numbers of rows: {1}</source>
        <translation>{0} 的数组行数不同：{1}</translation>
    </message>
    <message>
        <source>{0} is empty: array &apos;{1}&apos; has no rows</source>
        <translation>{0} 为空：数组“{1}”没有行</translation>
    </message>
    <message>
        <source>{0} holds no labels &apos;{1}&apos;: it holds {2}</source>
        <translation>{0} 没有标签“{1}”：其中有 {2}</translation>
    </message>
    <message>
        <source>folder &apos;{0}&apos; holds arrays in files of their own: put those of each input into a folder of its name ({1}), map inputs that stay the same to constants, or save each sample as .npz</source>
        <translation>文件夹“{0}”把数组各存为文件：请把每个输入的文件放入以其命名的文件夹（{1}），把不变的输入映射为常数，或把每个样本存为 .npz</translation>
    </message>
    <message>
        <source>Every row of the files is a sample.</source>
        <translation>文件的每一行是一个样本。</translation>
    </message>
    <message>
        <source>folders &apos;{0}&apos; and &apos;{1}&apos; must hold files of the same names: only one of them holds &apos;{2}&apos;</source>
        <translation>文件夹“{0}”与“{1}”必须含有同名文件：只有其中一个含有“{2}”</translation>
    </message>
    <message>
        <source>is empty</source>
        <translation>为空</translation>
    </message>
    <message>
        <source>folder &apos;{0}&apos; {1}: it needs images, .npz, .npy, .raw or .bin files, sounds (.wav), or {2}* folders</source>
        <translation>文件夹“{0}”{1}：它需要图像、.npz、.npy、.raw 或 .bin 文件、声音（.wav），或 {2}* 文件夹</translation>
    </message>
    <message>
        <source>holds {0}, none usable</source>
        <translation>含有{0}，都不可用</translation>
    </message>
    <message>
        <source>images: {0} names an array, but &apos;{1}&apos; holds images</source>
        <translation>图像：{0} 指定了一个数组，而“{1}”含有图像</translation>
    </message>
    <message>
        <source>{0}={1} names an array, but &apos;{2}&apos; holds images</source>
        <translation>{0}={1} 指定了一个数组，而“{2}”含有图像</translation>
    </message>
    <message>
        <source>Of files that hold several pictures, such as {0}, the first is taken.</source>
        <translation>含有多张图片的文件（如 {0}）只取第一张。</translation>
    </message>
    <message>
        <source>no input takes images of 1 or 3 channels ({0}): give .npy or .npz data</source>
        <translation>没有输入接受 1 或 3 通道的图像（{0}）：请提供 .npy 或 .npz 数据</translation>
    </message>
    <message>
        <source>images feed input {0}, but nothing feeds input {1}: give a constant, map {2}=0, or .npz data</source>
        <translation>图像送入输入 {0}，而没有数据送入输入 {1}：请给一个常数，映射 {2}=0，或提供 .npz 数据</translation>
    </message>
    <message>
        <source>ONNX test data has its inputs in order: name no images, no labels and no mapping</source>
        <translation>ONNX 测试数据的输入按顺序排列：请不要指定图像、标签和映射</translation>
    </message>
    <message>
        <source>{0} holds {1} columns of numbers ({2}) and input {3} takes {4}: map {5}=A,B,.. to say which, or name the labels{6}</source>
        <translation>{0} 有 {1} 列数值（{2}），而输入 {3} 接受 {4}：请以 {5}=A,B,.. 说明用哪些，或指定标签{6}</translation>
    </message>
    <message>
        <source>column &apos;{0}&apos; of {1} holds text ({2}): put numbers in its place</source>
        <translation>{1} 的列“{0}”含有文本（{2}）：请改为数值</translation>
    </message>
    <message>
        <source>{0} holds no column &apos;{1}&apos;: it holds {2}</source>
        <translation>{0} 没有列“{1}”：其中有 {2}</translation>
    </message>
    <message>
        <source>Labels come from column &apos;{0}&apos; (guessed from its name).</source>
        <translation>标签来自列“{0}”（根据其名称推测）。</translation>
    </message>
    <message>
        <source>Columns {0} feed input {1}, in this order: a guess.</source>
        <translation>列 {0} 按此顺序送入输入 {1}：这是推测。</translation>
    </message>
    <message>
        <source>raw passes values as they are, so {0} cannot be said beside</source>
        <translation>raw 按原值传入，因此不能同时给出 {0}</translation>
    </message>
    <message>
        <source>{0} must be at least 1, not {1}</source>
        <translation>{0} 必须至少为 1，而不是 {1}</translation>
    </message>
    <message>
        <source>an image must be uint8, found {0}</source>
        <translation>图像必须为 uint8，实际为 {0}</translation>
    </message>
    <message>
        <source>an image must be [H, W], [H, W, 1] or [H, W, 3], found {0}</source>
        <translation>图像必须为 [H, W]、[H, W, 1] 或 [H, W, 3]，实际为 {0}</translation>
    </message>
    <message>
        <source>preprocessing needs finite numbers and a scale and std above zero, not scale {0}, mean {1}, std {2}</source>
        <translation>预处理需要有限的数值，且缩放和标准差大于零，而不是缩放 {0}、均值 {1}、标准差 {2}</translation>
    </message>
    <message>
        <source>layout &apos;{0}&apos; is unknown: use nchw or nhwc</source>
        <translation>未知的布局“{0}”：请用 nchw 或 nhwc</translation>
    </message>
    <message>
        <source>filling around an image needs the width and height to resize to</source>
        <translation>在图像周围填充需要缩放到的宽和高</translation>
    </message>
    <message>
        <source>grey and luma exclude each other: choose one of them</source>
        <translation>灰度与亮度互斥：请选择其一</translation>
    </message>
    <message>
        <source>zero is the pixel {0}, which no byte is</source>
        <translation>零对应像素值 {0}，没有这样的字节</translation>
    </message>
    <message>
        <source>zero lies between two pixels ({0}): {1} steps off</source>
        <translation>零落在两个像素值之间（{0}）：相差 {1} 步</translation>
    </message>
    <message>
        <source>the image is {0}x{1}, smaller than the crop {2}x{3}: resize it to {4} or more first</source>
        <translation>图像为 {0}x{1}，小于裁剪 {2}x{3}：请先缩放到 {4} 或更大</translation>
    </message>
    <message>
        <source>{0} must be a side or a width and height in pixels, not {1}</source>
        <translation>{0} 必须是边长，或以像素计的宽和高，而不是 {1}</translation>
    </message>
    <message>
        <source>stored preprocessing cannot be read ({0})</source>
        <translation>无法读取保存的预处理（{0}）</translation>
    </message>
    <message>
        <source>{0} differs from channel to channel ({1})</source>
        <translation>{0} 各通道不同（{1}）</translation>
    </message>
    <message>
        <source>{0} has {1} values but the image has {2}: give one value, or one a channel</source>
        <translation>{0} 有 {1} 个值，而图像有 {2}：请给一个值，或每通道一个</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is no type and shape of a raw file: write float32:3x224x224, with one of {1}</source>
        <translation>“{0}”不是 raw 文件的类型和形状：请写成 float32:3x224x224，类型为 {1} 之一</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is larger than any sample</source>
        <translation>“{0}”比任何样本都大</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; holds nothing: every side of the shape must be at least 1</source>
        <translation>“{0}”不含任何内容：形状的每边必须至少为 1</translation>
    </message>
    <message>
        <source>raw files do not say what they hold, and input {0} leaves it open: say stored, such as float32:3x224x224</source>
        <translation>raw 文件不说明其内容，而输入 {0} 未写明：请说明存储方式，例如 float32:3x224x224</translation>
    </message>
    <message>
        <source>Raw files are read as {0} (guessed from input {1}).</source>
        <translation>原始文件按 {0} 读取（根据输入 {1} 推测）。</translation>
    </message>
    <message>
        <source>{0} holds {1} bytes where {2} takes {3}: it was cut off, or say stored, the type and shape that it has</source>
        <translation>{0} 有 {1} 字节，而 {2} 需要 {3}：文件被截断，或请说明其实际的类型和形状</translation>
    </message>
    <message>
        <source>array &apos;{0}&apos; is {1} where the first file holds {2}: store the same type in every file</source>
        <translation>数组“{0}”为 {1}，而第一个文件为 {2}：请在每个文件中存同一类型</translation>
    </message>
    <message>
        <source>{0} points to another file: store its values inside</source>
        <translation>{0} 指向另一个文件：请把值存在文件内</translation>
    </message>
    <message>
        <source>{0} is missing: each model input needs its file</source>
        <translation>缺少 {0}：模型的每个输入都需要其文件</translation>
    </message>
    <message>
        <source>{0} is not an ONNX tensor or is damaged ({1})</source>
        <translation>{0} 不是 ONNX 张量或已损坏（{1}）</translation>
    </message>
    <message>
        <source>it holds no array &apos;{0}&apos; for input {1}</source>
        <translation>其中没有输入 {1} 的数组“{0}”</translation>
    </message>
    <message>
        <source>input {0} is fed by &apos;{1}&apos;, {2} {3} a sample: only integer images of 1 or 3 channels are prepared, so say raw or nothing for it</source>
        <translation>输入 {0} 由“{1}”送入，每个样本 {2} {3}：只有 1 或 3 通道的整数图像会被预处理，因此请为它选 raw 或什么都不选</translation>
    </message>
    <message>
        <source>input &apos;{0}&apos; is fed by no image or array: nothing can prepare it</source>
        <translation>输入“{0}”没有图像或数组送入：没有可预处理的内容</translation>
    </message>
    <message>
        <source>input {0} takes no sound, which has one axis of time: compute what it takes (such as mel bands) and give it as .npy files</source>
        <translation>输入 {0} 不接受声音（只有一个时间轴）：请计算它所接受的内容（例如 mel 频带）并以 .npy 文件提供</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; holds sounds, which feed one input: map the others to constants (inputs without one: {1})</source>
        <translation>“{0}”含有声音，只能送入一个输入：请将其他输入映射为常数（没有常数的输入：{1}）</translation>
    </message>
    <message>
        <source>input {0} takes {1}, and sounds are floats: give .npy data</source>
        <translation>输入 {0} 接受 {1}，而声音是浮点数：请提供 .npy 数据</translation>
    </message>
    <message>
        <source>input {0} takes two channels, and not every sound has two</source>
        <translation>输入 {0} 接受两个声道，而并非每个声音都有两个</translation>
    </message>
    <message>
        <source>Sounds of {0} Hz are brought to {1} Hz.</source>
        <translation>{0} Hz 的声音被转换为 {1} Hz。</translation>
    </message>
    <message>
        <source>the sounds have rates of {0} Hz: say the rate that the model takes</source>
        <translation>声音的采样率为 {0} Hz：请给出模型所用的采样率</translation>
    </message>
    <message>
        <source>Sounds keep their {0} Hz: a guess, the model does not say its rate.</source>
        <translation>声音保持其 {0} Hz：这是推测，模型没有说明采样率。</translation>
    </message>
    <message>
        <source>Channels of sounds are averaged to one.</source>
        <translation>声音的各声道被平均为一个。</translation>
    </message>
    <message>
        <source>Sounds are cut into pieces of {0} values: {1} of {2}; what is left of a file is left out, silence fills a shorter one.</source>
        <translation>声音被切成每段 {0} 个值：{2}，共 {1}；余下不足一段的舍去，较短的文件以静音补齐。</translation>
    </message>
    <message>
        <source>Samples are sequences: {0} of {1} in all, each begun with zeros where the data gives no state.</source>
        <translation>样本是序列：{0}，共 {1}；数据未给出状态时各序列从零开始。</translation>
    </message>
    <message>
        <source>every input is fed by a loop: one must be left for the data</source>
        <translation>每个输入都由回路提供：必须留一个给数据</translation>
    </message>
    <message>
        <source>the model takes batches of {0} and the data has {1}: give more data, or export the model with an open batch</source>
        <translation>模型一批接受 {0} 个样本，而数据只有 {1}：请提供更多数据，或以可变批大小导出模型</translation>
    </message>
    <message>
        <source>symmetric int8 for weights and activations, float biases</source>
        <translation>权重与激活为对称 int8，偏置为浮点</translation>
    </message>
    <message>
        <source>uint16 activations, int8 weights, the whole network in codes; Qualcomm&apos;s NPU</source>
        <translation>uint16 激活、int8 权重，整个网络为编码；高通 NPU</translation>
    </message>
    <message>
        <source>uint8 activations, int8 weights, the whole network in codes; Qualcomm&apos;s NPU</source>
        <translation>uint8 激活、int8 权重，整个网络为编码；高通 NPU</translation>
    </message>
    <message>
        <source>uint8 activations, int8 weights per channel; Intel&apos;s runtime converts the pairs</source>
        <translation>uint8 激活、逐通道 int8 权重；由英特尔的运行时转换</translation>
    </message>
    <message>
        <source>int8 without zero points, scales that are powers of two; AMD&apos;s Ryzen AI</source>
        <translation>无零点 int8，缩放为二的幂；AMD Ryzen AI</translation>
    </message>
    <message>
        <source>int8 without zero points; AMD&apos;s Ryzen AI</source>
        <translation>无零点 int8；AMD Ryzen AI</translation>
    </message>
    <message>
        <source>int16 activations and int8 weights without zero points; AMD&apos;s Ryzen AI</source>
        <translation>无零点的 int16 激活与 int8 权重；AMD Ryzen AI</translation>
    </message>
    <message>
        <source>int8 activations, int8 weights per channel; ST&apos;s Neural-ART</source>
        <translation>int8 激活、逐通道 int8 权重；ST Neural-ART</translation>
    </message>
    <message>
        <source>8 bits with zero points, one scale for each weight; the NPU of ST&apos;s MP2</source>
        <translation>带零点的 8 位，每个权重一个缩放；ST MP2 的 NPU</translation>
    </message>
    <message>
        <source>int8, one scale for each weight, the whole network in codes; NXP&apos;s NPU</source>
        <translation>int8，每个权重一个缩放，整个网络为编码；NXP NPU</translation>
    </message>
    <message>
        <source>uint8 activations, int8 weights per channel; pairs on DirectML</source>
        <translation>uint8 激活、逐通道 int8 权重；DirectML</translation>
    </message>
    <message>
        <source>Leaves the layers before a logarithm float, as those of sounds, where little is left</source>
        <translation>对数之前的层（如声音前端）若结果所剩无几则保持浮点</translation>
    </message>
    <message>
        <source>Finds ranges while running where samples are loud and quiet and little is left of the quiet ones</source>
        <translation>样本强弱悬殊、弱样本所剩无几时，在运行时求范围</translation>
    </message>
    <message>
        <source>Equalizes channels that come near a Clip too: rarer values than were seen may be cut</source>
        <translation>接近 Clip 边界的通道也均衡：比所见更罕见的值可能被截断</translation>
    </message>
    <message>
        <source>Gives weights of 2 bits four levels around zero and none at it, held in 4 bits</source>
        <translation>让 2 位权重取零两侧的四个级别（零处没有），以 4 位存放</translation>
    </message>
    <message>
        <source>Makes up for what rounding shifts as batch norms tell it, without data</source>
        <translation>按批归一化所示弥补舍入造成的偏移，无需数据</translation>
    </message>
    <message>
        <source>Learns which way to round, beside what round finds: layers take the better; slower</source>
        <translation>学习舍入方向，与 round 的结果比较，每层取较好者；较慢</translation>
    </message>
    <message>
        <source>a Constant of the file holds no value: export the model again</source>
        <translation>文件中有一个 Constant 没有值：请重新导出模型</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is a share between 0 and 1 and can never be {1}: .99 stands for 99 %.</source>
        <translation>“{0}”是 0 到 1 之间的比例，不可能为 {1}：.99 表示 99 %。</translation>
    </message>
    <message>
        <source>The sums of layer &apos;{0}&apos; are not taken apart: its kind is another.</source>
        <translation>层“{0}”的求和没有被分解：它属于另一种类型。</translation>
    </message>
    <message>
        <source>Layer &apos;{0}&apos; adds something that has no codes of its own.</source>
        <translation>层“{0}”加上了没有自己整数码的东西。</translation>
    </message>
    <message>
        <source>Scale of input {0} in steps of the sum</source>
        <translation>输入 {0} 的缩放因子，以和的步长计</translation>
    </message>
    <message>
        <source>The largest code, which keeps its scale</source>
        <translation>最大的码，缩放因子不变</translation>
    </message>
    <message>
        <source>Layer &apos;{0}&apos; does not end in codes under this plan.</source>
        <translation>在此方案下，层“{0}”不以整数码结束。</translation>
    </message>
    <message>
        <source>Products of codes, added</source>
        <translation>码的乘积之和</translation>
    </message>
    <message>
        <source>Zero point of the weight</source>
        <translation>权重的零点</translation>
    </message>
    <message>
        <source>Zero point of the input</source>
        <translation>输入的零点</translation>
    </message>
    <message>
        <source>Both zero points</source>
        <translation>两个零点</translation>
    </message>
    <message>
        <source>Bias as a code</source>
        <translation>以码表示的偏置</translation>
    </message>
    <message>
        <source>Folded bias, a constant</source>
        <translation>折叠后的偏置（常数）</translation>
    </message>
    <message>
        <source>Accumulator</source>
        <translation>累加器</translation>
    </message>
    <message>
        <source>Ends as int32</source>
        <translation>以 int32 结束</translation>
    </message>
    <message>
        <source>Ends as float</source>
        <translation>以浮点结束</translation>
    </message>
    <message>
        <source>Multiplier</source>
        <translation>乘数</translation>
    </message>
    <message>
        <source>Multiplier as a whole number</source>
        <translation>整数形式的乘数</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>移位</translation>
    </message>
    <message>
        <source>Before rounding</source>
        <translation>舍入之前</translation>
    </message>
    <message>
        <source>Ends as a code, ties to even</source>
        <translation>以码结束，平局取偶</translation>
    </message>
    <message>
        <source>Ends as a code, by shifting</source>
        <translation>以码结束，用移位</translation>
    </message>
    <message>
        <source>What that code means</source>
        <translation>该码的含义</translation>
    </message>
    <message>
        <source>Code of input {0}</source>
        <translation>输入 {0} 的码</translation>
    </message>
    <message>
        <source>Zero point of input {0}</source>
        <translation>输入 {0} 的零点</translation>
    </message>
    <message>
        <source>Codes, added</source>
        <translation>码之和</translation>
    </message>
    <message>
        <source>{0} with {1} share {2}.</source>
        <translation>{0}（{1}）分担 {2}。</translation>
    </message>
    <message>
        <source>One part of the samples ended several workers, most likely for want of memory: give --memory, or workers of fewer threads. {0}</source>
        <translation>有一部分样本使多个工作进程终止，多半是内存不足：请给出 --memory，或使用线程更少的工作进程。{0}</translation>
    </message>
    <message>
        <source>A worker lacks Quantscope ({0}): install the same version there.</source>
        <translation>某个工作进程没有安装 Quantscope（{0}）：请在那里安装同一版本。</translation>
    </message>
    <message>
        <source>Sharing samples with other machines needs dask.distributed, which is not installed: {0}</source>
        <translation>与其他机器分担样本需要 dask.distributed，它没有安装：{0}</translation>
    </message>
    <message>
        <source>No Dask scheduler answers at {0}: {1}</source>
        <translation>{0} 处没有 Dask 调度器应答：{1}</translation>
    </message>
    <message>
        <source>A worker has version {0} of Quantscope: install {1} there, which asks.</source>
        <translation>某个工作进程的 Quantscope 版本是 {0}：请在那里安装发出请求的版本 {1}。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; would lie outside of its folder.</source>
        <translation>“{0}”会落在其文件夹之外。</translation>
    </message>
    <message>
        <source>What a worker sent is not whole.</source>
        <translation>工作进程发来的内容不完整。</translation>
    </message>
    <message>
        <source>Worker {0} finds another model at {1}: give it the same file.</source>
        <translation>工作进程 {0} 在 {1} 找到的是另一个模型：请给它同一个文件。</translation>
    </message>
    <message>
        <source>Worker {0} finds other samples at {1}: every worker has to see the same data there.</source>
        <translation>工作进程 {0} 在 {1} 找到的是其他样本：每个工作进程都必须在那里看到相同的数据。</translation>
    </message>
    <message>
        <source>it was stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>line {0} of {1} holds over {2} cells: store so many numbers as .npy</source>
        <translation>{1} 的第 {0} 行超过 {2} 个单元格：请将这么多数字存为 .npy</translation>
    </message>
    <message>
        <source>Commas in {0} are decimal points: a guess.</source>
        <translation>{0} 中的逗号是小数点：这是猜测。</translation>
    </message>
    <message>
        <source>The model takes batches of {0}: every {0} sequences go side by side, as far as the shortest goes.</source>
        <translation>模型一批接受 {0} 个样本：每 {0} 个序列并排运行，到最短的一个为止。</translation>
    </message>
    <message>
        <source>{0} makes {1} samples, more than the {2} that have names: split it</source>
        <translation>{0} 得到 {1} 个样本，超过可命名的 {2} 个：请拆分</translation>
    </message>
    <message>
        <source>the inputs take batches of different sizes ({0}): give a folder of .npz files, each with all inputs of one run</source>
        <translation>各输入的批大小不同（{0}）：请提供 .npz 文件的文件夹，每个文件含一次运行的全部输入</translation>
    </message>
    <message>
        <source>input {0} of type {1} cannot hold {2}</source>
        <translation>类型为 {1} 的输入 {0} 放不下 {2}</translation>
    </message>
    <message>
        <source>the model takes batches of {0} and the data has {1} of the {0} rows of one: give more data, or export the model with an open batch</source>
        <translation>模型按每批 {0} 个接受，而数据只有其中 {1} 行（共需 {0} 行）：请提供更多数据，或以开放的批导出模型</translation>
    </message>
    <message>
        <source>input &apos;{0}&apos;: rows of shapes {1} cannot be one batch</source>
        <translation>输入“{0}”：形状为 {1} 的行不能组成一批</translation>
    </message>
    <message>
        <source>{0} holds no box of these samples (such as &apos;{1}&apos;)</source>
        <translation>{0} 没有这些样本的框（例如“{1}”）</translation>
    </message>
    <message>
        <source>{0} names none of the images (such as &apos;{1}&apos;)</source>
        <translation>{0} 没有提到任何图像（例如“{1}”）</translation>
    </message>
    <message>
        <source>{0} holds no .txt file with the name of an image (such as &apos;{1}&apos;)</source>
        <translation>{0} 没有与图像同名的 .txt 文件（例如“{1}”）</translation>
    </message>
    <message>
        <source>{0} is no COCO JSON of boxes with images, categories and annotations ({1}: {2})</source>
        <translation>{0} 不是含 images、categories 和 annotations 的 COCO 框 JSON（{1}：{2}）</translation>
    </message>
    <message>
        <source>{0} line {1}: expected class x y width height, found &apos;{2}&apos;</source>
        <translation>{0} 第 {1} 行：应为 class x y width height，实际为“{2}”</translation>
    </message>
    <message>
        <source>{0} holds no line</source>
        <translation>{0} 没有任何行</translation>
    </message>
    <message>
        <source>{0} cannot be read as text ({1})</source>
        <translation>无法将 {0} 作为文本读取（{1}）</translation>
    </message>
    <message>
        <source>{0} holds no {1} image with the name of a sample (such as &apos;{2}&apos;)</source>
        <translation>{0} 没有以样本命名的 {1} 图像（例如“{2}”）</translation>
    </message>
    <message>
        <source>{0} is not used: there are no labels for the task {1}</source>
        <translation>{0} 未被使用：任务 {1} 没有标签</translation>
    </message>
    <message>
        <source>labels &apos;{0}&apos; do not exist</source>
        <translation>标签“{0}”不存在</translation>
    </message>
    <message>
        <source>{0} are labels of another task: {1} takes {2}</source>
        <translation>{0} 是另一任务的标签：{1} 接受 {2}</translation>
    </message>
    <message>
        <source>{0} needs lines of first,second,score, found &apos;{1}&apos;</source>
        <translation>{0} 需要 first,second,score 形式的行，实际为“{1}”</translation>
    </message>
    <message>
        <source>{0} names no two of the samples (a sample is &apos;{1}&apos;)</source>
        <translation>{0} 没有提到任何一对样本（样本例如“{1}”）</translation>
    </message>
    <message>
        <source>{0}: the score of a pair must be a number, found &apos;{1}&apos;</source>
        <translation>{0}：一对的分数必须是数，实际为“{1}”</translation>
    </message>
    <message>
        <source>{0} has &apos;{1}&apos; for {2}: give the class of each step as numbers with spaces between them</source>
        <translation>{0} 中 {2} 的内容为“{1}”：请给出每一步的类别，以空格分隔</translation>
    </message>
    <message>
        <source>{0} names none of the samples (it names &apos;{1}&apos;, a sample is &apos;{2}&apos;)</source>
        <translation>{0} 没有提到任何样本（它提到“{1}”，样本例如“{2}”）</translation>
    </message>
    <message>
        <source>{0} holds {1} for {2}: give one a line in their order, or name,text</source>
        <translation>{0} 有 {1}，而样本为 {2}：请按顺序每行给一个，或写成 name,text</translation>
    </message>
    <message>
        <source>{0} holds no sound: it was cut off</source>
        <translation>{0} 不含声音：文件被截断</translation>
    </message>
    <message>
        <source>{0} was cut off</source>
        <translation>{0} 被截断</translation>
    </message>
    <message>
        <source>{0} is no sound (WAV), whatever its name ends in</source>
        <translation>{0} 不是声音（WAV），无论其扩展名是什么</translation>
    </message>
    <message>
        <source>{0} is a compressed sound (format {1}, {2} bits): save it as WAV of 16-bit integers</source>
        <translation>{0} 是压缩的声音（格式 {1}，{2} 位）：请存为 16 位整数的 WAV</translation>
    </message>
    <message>
        <source>{0} claims {1} frames, more than it holds: it was cut off</source>
        <translation>{0} 声称有 {1} 帧，超过其所含：文件被截断</translation>
    </message>
    <message>
        <source>{0} holds no sound: it has 0 frames</source>
        <translation>{0} 不含声音：它有 0 帧</translation>
    </message>
    <message>
        <source>{0} is no sound (WAV): its header was cut off</source>
        <translation>{0} 不是声音（WAV）：其文件头被截断</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; matches no {1} of this model: see `quantengine inspect`.</source>
        <translation>“{0}”与该模型的任何{1}都不匹配：见 `quantengine inspect`。</translation>
    </message>
    <message>
        <source>layer or tensor</source>
        <translation>层或张量</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>{0} holds {1} bytes, which are no floats of the {2} that the tensor has</source>
        <translation>{0} 有 {1} 字节，与该张量的 {2} 个浮点数不符</translation>
    </message>
    <message>
        <source>{0} holds over {1} samples: give fewer.</source>
        <translation>{0} 超过 {1} 个样本：请减少。</translation>
    </message>
    <message>
        <source>{0} holds no dumped arrays ({1}).</source>
        <translation>{0} 中没有转储的数组（{1}）。</translation>
    </message>
    <message>
        <source>{0} holds no numbers</source>
        <translation>{0} 中没有数字</translation>
    </message>
    <message>
        <source>{0} cannot be read as numbers: {1}</source>
        <translation>{0} 无法作为数字读取：{1}</translation>
    </message>
    <message>
        <source>{0} holds over {1} MB: give a smaller one</source>
        <translation>{0} 超过 {1} MB：请给出较小的文件</translation>
    </message>
    <message>
        <source>{0} holds over {1} files: give fewer.</source>
        <translation>{0} 超过 {1} 个文件：请减少。</translation>
    </message>
    <message>
        <source>Not compared, as the model makes them inside a branch or a loop ({0}): {1}.</source>
        <translation>未比较，模型在分支或循环内部产生这些值（{0}）：{1}。</translation>
    </message>
    <message>
        <source>Not compared, as they are constants of the model ({0}): {1}.</source>
        <translation>未比较，它们是模型的常量（{0}）：{1}。</translation>
    </message>
    <message>
        <source>Not compared, as another array is of the same tensor ({0}): {1}.</source>
        <translation>未比较，已有另一个数组属于同一张量（{0}）：{1}。</translation>
    </message>
    <message>
        <source>Not compared, as the model has no real numbers there ({0}): {1}.</source>
        <translation>未比较，模型在该处没有实数（{0}）：{1}。</translation>
    </message>
    <message>
        <source>Not read, as files of this kind are not known here ({0}): {1}.</source>
        <translation>未读取，不支持此类文件（{0}）：{1}。</translation>
    </message>
    <message>
        <source>Not read, as arrays lie beside these folders ({0}): {1}.</source>
        <translation>未读取，这些文件夹旁边已有数组（{0}）：{1}。</translation>
    </message>
    <message>
        <source>{0} holds over 16 MB: that is no mapping of names.</source>
        <translation>{0} 超过 16 MB：它不是名称对照表。</translation>
    </message>
    <message>
        <source>{0} is no mapping of names: {1}.</source>
        <translation>{0} 不是名称对照表：{1}。</translation>
    </message>
    <message>
        <source>Numbers behind names are taken for samples: &apos;{0}&apos; is &apos;{1}&apos; of sample {2}.</source>
        <translation>名称后的数字被视为样本编号：“{0}”是样本 {2} 的“{1}”。</translation>
    </message>
    <message>
        <source>{0}: the dump holds values that are no numbers.</source>
        <translation>{0}：转储中含有非数值。</translation>
    </message>
    <message>
        <source>{0}: the dump is zero everywhere.</source>
        <translation>{0}：转储全部为零。</translation>
    </message>
    <message>
        <source>{0}: values are cut off: {1} .. {2}, in the float network {3} .. {4}.</source>
        <translation>{0}：数值被截断：{1} .. {2}，浮点网络中为 {3} .. {4}。</translation>
    </message>
    <message>
        <source>{0}: all values are times {1}: its scale is another one.</source>
        <translation>{0}：所有数值都乘了 {1}：其缩放因子不同。</translation>
    </message>
    <message>
        <source>{0}: all values lie off by {1}.</source>
        <translation>{0}：所有数值都偏移了 {1}。</translation>
    </message>
    <message>
        <source>{0}: the values are the right ones in another order: its layout is another.</source>
        <translation>{0}：数值正确但顺序不同：其布局不同。</translation>
    </message>
    <message>
        <source>{0}: {1} dB, and nothing single stands out.</source>
        <translation>{0}：{1} dB，没有单一的明显原因。</translation>
    </message>
    <message>
        <source>No name in {0} is in the model: {1}. Give the names with --dump-map.</source>
        <translation>{0} 中没有任何名称在模型中：{1}。请用 --dump-map 或文件夹中的 map.json 给出对照。</translation>
    </message>
    <message>
        <source>{0} holds integers: give their scale and zero point with --dump-map</source>
        <translation>{0} 含有整数：请用 --dump-map 或文件夹中的 map.json 给出其缩放因子和零点</translation>
    </message>
    <message>
        <source>Nothing in {0} can be compared: {1}</source>
        <translation>{0} 中没有可比较的内容：{1}</translation>
    </message>
    <message>
        <source>it is {0}, the tensor is {1}</source>
        <translation>它是 {0}，张量是 {1}</translation>
    </message>
    <message>
        <source>A dump has each value with all that came before it: errors of layers alone are not told.</source>
        <translation>转储中的每个数值都包含此前的全部误差：无法给出各层单独的误差。</translation>
    </message>
    <message>
        <source>Dumps of sequences are not compared: give single steps as data.</source>
        <translation>不比较序列的转储：请以单个步骤作为数据。</translation>
    </message>
    <message>
        <source>The file has these inside a branch or a loop, where only errors alone are told ({0}): {1}.</source>
        <translation>这些值在文件的分支或循环内部，只给出其单独误差（{0}）：{1}。</translation>
    </message>
    <message>
        <source>The file has these inside a branch or a loop, where they are not compared ({0}): {1}.</source>
        <translation>这些值在文件的分支或循环内部，未作比较（{0}）：{1}。</translation>
    </message>
    <message>
        <source>no value of the file has its name, its place or its numbers</source>
        <translation>文件中没有名称、位置或数值与之相符的值</translation>
    </message>
    <message>
        <source>the file has nodes on codes that have no float form here ({0}, ...)</source>
        <translation>文件中有对整数码运算、此处没有浮点形式的节点（{0} 等）</translation>
    </message>
    <message>
        <source>the file has no {0}</source>
        <translation>文件中没有 {0}</translation>
    </message>
    <message>
        <source>Of sequences, errors of layers alone are not told.</source>
        <translation>对于序列，不给出各层的单独误差。</translation>
    </message>
    <message>
        <source>Errors of layers alone are not told: {0}</source>
        <translation>无法给出各层单独的误差：{0}</translation>
    </message>
    <message>
        <source>{0}: the range of the weight &apos;{1}&apos; is too wide: most codes have no use.</source>
        <translation>{0}：权重“{1}”的范围过宽：大部分整数码没有用到。</translation>
    </message>
    <message>
        <source>{0}: the range of the weight &apos;{1}&apos; is too narrow: values are cut off.</source>
        <translation>{0}：权重“{1}”的范围过窄：有数值被截断。</translation>
    </message>
    <message>
        <source>{0}: the channels of &apos;{1}&apos; lie far apart and share one scale: give each its own.</source>
        <translation>{0}：“{1}”的各通道相差很大却共用一个缩放因子：请让每个通道使用各自的缩放因子。</translation>
    </message>
    <message>
        <source>{0}: its bias does not fit into 32 bits at its scale.</source>
        <translation>{0}：按其缩放因子，偏置超出了 32 位。</translation>
    </message>
    <message>
        <source>{0}: its bias is stored at another scale than it is read at.</source>
        <translation>{0}：偏置存储时的缩放因子与读取时的不同。</translation>
    </message>
    <message>
        <source>{0}: the zero point of &apos;{1}&apos; is not the one its codes were made with.</source>
        <translation>{0}：“{1}”的零点不是生成其整数码时所用的零点。</translation>
    </message>
    <message>
        <source>{0}: it computes in floats between rounded values, which cost more than they save.</source>
        <translation>{0}：它在取整后的值之间以浮点计算，取整的代价大于所得。</translation>
    </message>
    <message>
        <source>{0}: the scales of &apos;{1}&apos; lie along another axis than its channels.</source>
        <translation>{0}：“{1}”的缩放因子所沿的轴不是其通道所在的轴。</translation>
    </message>
    <message>
        <source>{0}: &apos;{1}&apos; holds other weights than the float model: it was made from another state of it.</source>
        <translation>{0}：“{1}”中的权重与浮点模型不同：它来自该模型的另一个状态。</translation>
    </message>
    <message>
        <source>{0}: &apos;{1}&apos; has a scale that belongs elsewhere.</source>
        <translation>{0}：“{1}”的缩放因子属于别处。</translation>
    </message>
    <message>
        <source>{0}: it loses more than our encoding of the same types, and nothing single stands out.</source>
        <translation>{0}：它的损失大于我们用相同类型编码的损失，没有突出的单一原因。</translation>
    </message>
    <message>
        <source>{0}: its bias is another one than in the float model.</source>
        <translation>{0}：其偏置与浮点模型中的不同。</translation>
    </message>
    <message>
        <source>{0}: the range of &apos;{1}&apos; is too wide: {2}, ours is {3}.</source>
        <translation>{0}：“{1}”的范围过宽：{2}，我们的为 {3}。</translation>
    </message>
    <message>
        <source>{0}: the range of &apos;{1}&apos; is too narrow: {2}, ours is {3}.</source>
        <translation>{0}：“{1}”的范围过窄：{2}，我们的为 {3}。</translation>
    </message>
    <message>
        <source>{0}: the zero point of &apos;{1}&apos; cuts its values: {2}, ours is {3}.</source>
        <translation>{0}：“{1}”的零点使其数值被截断：{2}，我们的为 {3}。</translation>
    </message>
    <message>
        <source>{0} holds no integers that were found in the float model: there is nothing to take over.</source>
        <translation>{0} 中没有能在浮点模型中找到的整数：没有可以接管的内容。</translation>
    </message>
    <message>
        <source>Layers whose weights are floats in the file stay float: {0}.</source>
        <translation>文件中权重为浮点的层保持浮点：{0}。</translation>
    </message>
    <message>
        <source>this plan has no zero points</source>
        <translation>此方案没有零点</translation>
    </message>
    <message>
        <source>Only where activations stay float can the rest be half precision: give --activations float, or leave --float16-rest out.</source>
        <translation>只有激活保持浮点时，其余部分才能用半精度：请给出 --activations float，或去掉 --float16-rest。</translation>
    </message>
    <message>
        <source>Half precision is checked on samples, for values it cannot hold: give --data, or leave --float16-rest out.</source>
        <translation>半精度要在样本上检查有无容纳不下的数值：请给出 --data，或去掉 --float16-rest。</translation>
    </message>
    <message>
        <source>In half precision the outputs are only {0} dB beside those in float32: leave --float16-rest out.</source>
        <translation>半精度的输出与 float32 相比只有 {0} dB：请去掉 --float16-rest。</translation>
    </message>
    <message>
        <source>No product has weights of 8 bits at most in blocks.</source>
        <translation>没有哪个乘积的权重是分块且不超过 8 位的。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is no form of a file: choose one of {1}.</source>
        <translation>“{0}”不是文件格式：请从 {1} 中选择。</translation>
    </message>
    <message>
        <source>{0} was not written: nothing in it became integer ({1}).</source>
        <translation>未写入 {0}：其中没有任何部分成为整数（{1}）。</translation>
    </message>
    <message>
        <source>onnxruntime packs the weights of {0} itself when it loads the file, and may round their inputs to 8 bits: its session option session.qdq_matmulnbits_accuracy_level=0 keeps them floats, as do weights in blocks in the form nbits.</source>
        <translation>onnxruntime 载入文件时会自行打包{0}的权重，并可能把它们的输入舍入到 8 位：会话选项 session.qdq_matmulnbits_accuracy_level=0 使它们保持浮点，nbits 格式中的分块权重也是如此。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is {1} from what the float layer makes of the same inputs</source>
        <translation>“{0}”与浮点层在相同输入上的结果相差 {1}</translation>
    </message>
    <message>
        <source>The quantized model does not compute what was simulated, first at &apos;{0}&apos;: {1}. Keep that layer float, and please report this model.</source>
        <translation>量化模型的计算与模拟不符，最先在“{0}”处：{1}。请将该层保持浮点，并报告此模型。</translation>
    </message>
    <message>
        <source>{0} of the codes of &apos;{1}&apos; differ from what the float layer makes of the same inputs, by up to {2}</source>
        <translation>“{1}”的 {0} 的编码与浮点层在相同输入上的结果不同，最多相差 {2}</translation>
    </message>
    <message>
        <source>The quantized model does not run: {0}</source>
        <translation>量化模型无法运行：{0}</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; has the shape {1}, not {2}</source>
        <translation>“{0}”的形状为 {1}，而不是 {2}</translation>
    </message>
    <message>
        <source>The quantized model does not compute what was simulated, first at &apos;{0}&apos;: &apos;{1}&apos; has the range of &apos;{2}&apos;, which it is not moved from. Keep that layer float, and please report this model.</source>
        <translation>量化模型的计算与模拟不符，最先在“{0}”处：“{1}”带有“{2}”的范围，而它并非由其移动而来。请将该层保持浮点，并报告此模型。</translation>
    </message>
    <message>
        <source>Raising {0} from opset {1} to {2} changes what node &apos;{3}&apos; gives: &apos;{4}&apos; differs by {5} of it. Choose types that its own opset knows, or report this model.</source>
        <translation>将 {0} 从 opset {1} 升到 {2} 会改变节点“{3}”的结果：“{4}”相差 {5}。请选择其自身 opset 支持的类型，或报告此模型。</translation>
    </message>
    <message>
        <source>{0} takes no open shapes: &apos;{1}&apos; has one; --shape {1}=.. fixes it.</source>
        <translation>{0} 不接受未定的形状：“{1}”有；用 --shape {1}=.. 固定。</translation>
    </message>
    <message>
        <source>{0} is not written, since it cannot be verified. {1}</source>
        <translation>未写入 {0}，因为无法验证。{1}</translation>
    </message>
    <message>
        <source>The quantized model gives NaN at output &apos;{0}&apos;: keep the layers before it float.</source>
        <translation>量化模型在输出“{0}”处给出 NaN：请将其之前的层保持浮点。</translation>
    </message>
    <message>
        <source>The quantized model is not valid ONNX: {0}</source>
        <translation>量化模型不是有效的 ONNX：{0}</translation>
    </message>
    <message>
        <source>The quantized model does not load: {0}</source>
        <translation>量化模型无法加载：{0}</translation>
    </message>
    <message>
        <source>The quantized model does not compute what was simulated, first at &apos;{0}&apos;: its weight &apos;{1}&apos; lies {2} steps from the float one, where rounding moves half a step. Keep that layer float, and please report this model.</source>
        <translation>量化模型的计算与模拟不符，最先在“{0}”处：其权重“{1}”与浮点权重相差 {2} 步，而舍入最多移动半步。请将该层保持浮点，并报告此模型。</translation>
    </message>
    <message>
        <source>it does not exist</source>
        <translation>它不存在</translation>
    </message>
    <message>
        <source>it is a folder</source>
        <translation>它是文件夹</translation>
    </message>
    <message>
        <source>it is a device or a pipe, no ordinary file</source>
        <translation>它是设备或管道，不是普通文件</translation>
    </message>
    <message>
        <source>{0} is a folder: give the output a file name.</source>
        <translation>{0} 是文件夹：请为输出给出文件名。</translation>
    </message>
    <message>
        <source>{0} is a device or a pipe, no file: give the output a file name.</source>
        <translation>{0} 是设备或管道，不是文件：请为输出给出文件名。</translation>
    </message>
    <message>
        <source>{0} is no place for a file ({1}): choose another.</source>
        <translation>{0} 不能存放文件（{1}）：请另选位置。</translation>
    </message>
    <message>
        <source>{0} cannot be written: {1}. Free some space or choose another place.</source>
        <translation>无法写入 {0}：{1}。请腾出空间或另选位置。</translation>
    </message>
    <message>
        <source>fine-tuning needs at least two samples: one to train, one to judge</source>
        <translation>微调至少需要两个样本：一个训练，一个评判</translation>
    </message>
    <message>
        <source>the samples that judge must be some of the data, and not all of it</source>
        <translation>评判样本必须是数据的一部分，而不是全部</translation>
    </message>
    <message>
        <source>Training does not keep what {0} asks of ranges: train for onnxruntime-cpu, or leave training out.</source>
        <translation>训练不能保持 {0} 对范围的要求：请为 onnxruntime-cpu 训练，或不训练。</translation>
    </message>
    <message>
        <source>This computer has no CUDA device that torch can use: choose cpu or auto.</source>
        <translation>此计算机没有 torch 可用的 CUDA 设备：请选择 cpu 或 auto。</translation>
    </message>
    <message>
        <source>The checkpoint {0} belongs to another model, plan, data or settings, or to other statistics: delete it or choose another name.</source>
        <translation>检查点 {0} 属于另一个模型、方案、数据或设置，或另一份统计：请删除它或另选名称。</translation>
    </message>
    <message>
        <source>The checkpoint {0} cannot be read: delete it or choose another name.</source>
        <translation>无法读取检查点 {0}：请删除它或另选名称。</translation>
    </message>
    <message>
        <source>the data has no labels for an output of class scores: give --labels, or train towards the float model&apos;s outputs (--loss distill)</source>
        <translation>数据没有用于类别得分输出的标签：请给出 --labels，或向浮点模型的输出训练（--loss distill）</translation>
    </message>
    <message>
        <source>{0}: give --labels that count the classes from 0, or train towards the float model&apos;s outputs (--loss distill)</source>
        <translation>{0}：请给出从 0 开始计类别的 --labels，或向浮点模型的输出训练（--loss distill）</translation>
    </message>
    <message>
        <source>This model cannot be fine-tuned: it has no float output, and whole numbers such as those of ArgMax have no gradient; end the model before them.</source>
        <translation>该模型无法微调：它没有浮点输出，而 ArgMax 之类的整数没有梯度；请让模型在它们之前结束。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; matches no layer or tensor of this model.</source>
        <translation>“{0}”与该模型的任何层或张量都不匹配。</translation>
    </message>
    <message>
        <source>This model cannot be fine-tuned: there is no trainable form of {0}; quantize it without fine-tuning.</source>
        <translation>该模型无法微调：{0} 没有可训练的形式；请不微调直接量化。</translation>
    </message>
    <message>
        <source>This model cannot be fine-tuned: its trainable form differs from onnxruntime by {0} of the output; quantize it without fine-tuning and report this model.</source>
        <translation>该模型无法微调：其可训练形式与 onnxruntime 的输出相差 {0}；请不微调直接量化，并报告此模型。</translation>
    </message>
    <message>
        <source>This model cannot be fine-tuned: more than the first output of {0} &apos;{1}&apos; is read, and only that one has a trainable form; quantize it without fine-tuning.</source>
        <translation>该模型无法微调：{0}“{1}”不止第一个输出被读取，而只有第一个有可训练的形式；请不微调直接量化。</translation>
    </message>
    <message>
        <source>delta of {0} is the mean of {1} of the Hessian&apos;s trace.</source>
        <translation>{0} 的 delta 是 Hessian 迹的 {1} 的均值。</translation>
    </message>
    <message>
        <source>For {0} the standard error stayed above a quarter of that mean: their gradients are scaled by a figure that is not known.</source>
        <translation>对于 {0}，标准误差仍高于该均值的四分之一：它们的梯度是按一个未知的数值缩放的。</translation>
    </message>
    <message>
        <source>Resize with coordinates {0} cannot be trained.</source>
        <translation>坐标方式为 {0} 的 Resize 无法训练。</translation>
    </message>
    <message>
        <source>Resize with antialias, axes or an aspect policy cannot be trained.</source>
        <translation>带抗锯齿、axes 或宽高比策略的 Resize 无法训练。</translation>
    </message>
    <message>
        <source>Resize with mode {0} cannot be trained.</source>
        <translation>模式为 {0} 的 Resize 无法训练。</translation>
    </message>
    <message>
        <source>Pad with mode {0} cannot be trained.</source>
        <translation>模式为 {0} 的 Pad 无法训练。</translation>
    </message>
    <message>
        <source>ConvTranspose with one-sided or automatic padding cannot be trained.</source>
        <translation>单侧或自动填充的 ConvTranspose 无法训练。</translation>
    </message>
    <message>
        <source>AveragePool with dilations cannot be trained.</source>
        <translation>带膨胀的 AveragePool 无法训练。</translation>
    </message>
    <message>
        <source>Batch norms cannot be trained by the samples of a batch where this model runs them one by one: leave --batch-norm out.</source>
        <translation>该模型逐个运行样本，因此批归一化无法由一批样本训练：请去掉 --batch-norm。</translation>
    </message>
    <message>
        <source>Batch norms are trained by at least {0} samples at once, which needs --memory {1}MB: raise it, or leave --batch-norm out.</source>
        <translation>批归一化一次至少需要 {0} 个样本来训练，这需要 --memory {1}MB：请调高，或去掉 --batch-norm。</translation>
    </message>
    <message>
        <source>Fine-tuning learns fixed ranges, and the plan finds {0} while running: give activations an integer type.</source>
        <translation>微调学习固定的范围，而方案在运行时求得 {0}：请为激活指定整数类型。</translation>
    </message>
    <message>
        <source>Fine-tuning needs torch, which is not installed: {0}</source>
        <translation>微调需要 torch，而它没有安装：{0}</translation>
    </message>
    <message>
        <source>seed must lie in 0..{0}, it is {1}.</source>
        <translation>seed 必须在 0..{0} 之内，实际为 {1}。</translation>
    </message>
    <message>
        <source>held_out and freeze_at are shares: choose a value between 0 and 1.</source>
        <translation>held_out 和 freeze_at 是比例：请选择 0 到 1 之间的值。</translation>
    </message>
    <message>
        <source>delay and range_momentum are shares: choose a value from 0 to less than 1.</source>
        <translation>delay 和 range_momentum 是比例：请选择 0 到小于 1 的值。</translation>
    </message>
    <message>
        <source>{0} &apos;{1}&apos; is unknown: choose one of {2}.</source>
        <translation>未知的 {0}“{1}”：请选择 {2} 之一。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; asks for method &apos;{1}&apos;: choose one of {2}.</source>
        <translation>“{0}”要求方法“{1}”：请选择 {2} 之一。</translation>
    </message>
    <message>
        <source>{0} must be at least 1, not {1}.</source>
        <translation>{0} 必须至少为 1，而不是 {1}。</translation>
    </message>
    <message>
        <source>{0} must be a finite number, not {1}.</source>
        <translation>{0} 必须是有限的数，而不是 {1}。</translation>
    </message>
    <message>
        <source>{0} must not be below 0, it is {1}.</source>
        <translation>{0} 不能小于 0，实际为 {1}。</translation>
    </message>
    <message>
        <source>Fine-tuning (held-out loss {0}, {1} dB)</source>
        <translation>正在微调（留出损失 {0}，{1} dB）</translation>
    </message>
    <message>
        <source>A width of {0} bits is not supported: choose 1 to 16 bits.</source>
        <translation>不支持 {0} 位的位宽：请选择 1 到 16 位。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not an integer type: write int8, uint8, int4, int16, ...</source>
        <translation>“{0}”不是整数类型：请写 int8、uint8、int4、int16 等。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not a granularity: write tensor, channel or block:32.</source>
        <translation>“{0}”不是粒度：请写 tensor、channel 或 block:32。</translation>
    </message>
    <message>
        <source>A requantization multiplier of {0} has no fixed-point form: check the scales of the layer, each must be positive and finite.</source>
        <translation>重量化乘数 {0} 没有定点形式：请检查该层的缩放因子，每个都必须为正且有限。</translation>
    </message>
    <message>
        <source>what lies behind also needs {0}: name that too</source>
        <translation>其后的部分还需要 {0}：请一并写上</translation>
    </message>
    <message>
        <source>no node gives &apos;{0}&apos;: see `quantengine inspect`</source>
        <translation>没有节点给出“{0}”：见 `quantengine inspect`</translation>
    </message>
    <message>
        <source>networks with branches or loops cannot be cut</source>
        <translation>带分支或循环的网络不能截断</translation>
    </message>
    <message>
        <source>lies behind what the file gives</source>
        <translation>位于文件输出之后</translation>
    </message>
    <message>
        <source>its weight holds no numbers</source>
        <translation>其权重不含任何数值</translation>
    </message>
    <message>
        <source>follows a float operator</source>
        <translation>位于浮点算子之后</translation>
    </message>
    <message>
        <source>moves float values: nothing after it asks for codes</source>
        <translation>只搬移浮点值：其后没有算子需要编码</translation>
    </message>
    <message>
        <source>nothing after it asks for codes</source>
        <translation>其后没有算子需要编码</translation>
    </message>
    <message>
        <source>{0} has no integer form</source>
        <translation>{0} 没有整数形式</translation>
    </message>
    <message>
        <source>part of {0}</source>
        <translation>属于 {0}</translation>
    </message>
    <message>
        <source>{0}: constants grow to {1} MB at node &apos;{2}&apos; ({3}), though the file holds {4} MB and no input changes them: export it again with its constants folded.</source>
        <translation>{0}：常量在节点“{2}”（{3}）处增长到 {1} MB，而文件仅有 {4} MB，且不受任何输入影响：请折叠常量后重新导出。</translation>
    </message>
    <message>
        <source>The model is in half precision and computed in float32 (constants: {0}); its inputs and outputs keep their type.</source>
        <translation>该模型为半精度，以 float32 计算（常数：{0} 个）；其输入和输出保持原类型。</translation>
    </message>
    <message>
        <source>The model is in double: it is computed in float32 (constants: {0}) unless that gives something else; its inputs and outputs keep their type.</source>
        <translation>该模型为双精度：除非结果不同，否则以 float32 计算（常数：{0} 个）；其输入和输出保持原类型。</translation>
    </message>
    <message>
        <source>quantized already: weights of {0} bits in blocks of {1}</source>
        <translation>已经量化：{0} 位权重，每 {1} 个值为一块</translation>
    </message>
    <message>
        <source>float in this file</source>
        <translation>在此文件中为浮点</translation>
    </message>
    <message>
        <source>{0} is not a valid ONNX model: no numbers can be drawn as node &apos;{1}&apos; ({2}) asks for; export it again.</source>
        <translation>{0} 不是有效的 ONNX 模型：节点“{1}”（{2}）要求的分布无法抽取随机数；请重新导出。</translation>
    </message>
    <message>
        <source>{0} is not a valid ONNX model: node &apos;{1}&apos; ({2}) leaves the name of an input or output out that it cannot do without; export it again.</source>
        <translation>{0} 不是有效的 ONNX 模型：节点“{1}”（{2}）省略了不可缺少的输入或输出名称；请重新导出。</translation>
    </message>
    <message>
        <source>{0} is not a valid ONNX model: node &apos;{1}&apos; ({2}) has {3} outputs and says {4}; export it again.</source>
        <translation>{0} 不是有效的 ONNX 模型：节点“{1}”（{2}）有 {3} 个输出，却声明为 {4} 个；请重新导出。</translation>
    </message>
    <message>
        <source>Folded into the layers beside them: {0}.</source>
        <translation>已折叠进相邻的层：{0}。</translation>
    </message>
    <message>
        <source>Nodes without a name, now called after their output: {0}.</source>
        <translation>没有名称的节点，现以其输出命名：{0} 个。</translation>
    </message>
    <message>
        <source>Nodes with the name of another, now numbered: {0}.</source>
        <translation>与其他节点同名的节点，现已编号：{0} 个。</translation>
    </message>
    <message>
        <source>The model is quantized already ({0}): it can be looked at, but open the float model it was made from to quantize.</source>
        <translation>该模型已量化（{0}）：可以查看，但要量化请打开其浮点原模型。</translation>
    </message>
    <message>
        <source>{0} more constants have NaN or infinite values.</source>
        <translation>另有 {0} 个常数含有 NaN 或无穷值。</translation>
    </message>
    <message>
        <source>1 more constant has NaN or infinite values.</source>
        <translation>另有 1 个常数含有 NaN 或无穷值。</translation>
    </message>
    <message>
        <source>Subgraphs stay float: {0}.</source>
        <translation>子图保持浮点：{0}。</translation>
    </message>
    <message>
        <source>Nodes of other domains stay float: {0}.</source>
        <translation>其他域的节点保持浮点：{0}。</translation>
    </message>
    <message>
        <source>Functions of the model&apos;s own stay float: {0}.</source>
        <translation>模型自带的函数保持浮点：{0} 个。</translation>
    </message>
    <message>
        <source>Sparse weights stay float: {0}.</source>
        <translation>稀疏权重保持浮点：{0} 个。</translation>
    </message>
    <message>
        <source>The training information in the file is not used.</source>
        <translation>文件中的训练信息不会被使用。</translation>
    </message>
    <message>
        <source>Constant &apos;{0}&apos; has {1} of {2} values -inf, as masks have; they are kept out of its range.</source>
        <translation>常数“{0}”的 {2} 个值中有 {1} 个为 -inf（如掩码），不计入其范围。</translation>
    </message>
    <message>
        <source>Weight &apos;{0}&apos; has {1} of {2} values NaN or infinite; they are kept out of its range.</source>
        <translation>权重“{0}”的 {2} 个值中有 {1} 个为 NaN 或无穷，不计入其范围。</translation>
    </message>
    <message>
        <source>its weight is computed while running, not a constant</source>
        <translation>其权重在运行时算出，不是常量</translation>
    </message>
    <message>
        <source>its bias is computed while running, not a constant</source>
        <translation>其偏置在运行时算出，不是常量</translation>
    </message>
    <message>
        <source>the type of &apos;{0}&apos; is unknown</source>
        <translation>“{0}”的类型未知</translation>
    </message>
    <message>
        <source>computes in {0}: only float32 becomes integer</source>
        <translation>以 {0} 计算：只有 float32 会变为整数</translation>
    </message>
    <message>
        <source>onnxruntime&apos;s integer AveragePool does not know dilations</source>
        <translation>onnxruntime 的整数 AveragePool 不支持膨胀</translation>
    </message>
    <message>
        <source>onnxruntime&apos;s integer AveragePool counts pads otherwise with ceil_mode or VALID</source>
        <translation>onnxruntime 的整数 AveragePool 在 ceil_mode 或 VALID 下对填充的计数不同</translation>
    </message>
    <message>
        <source>Gemm with alpha or beta other than 1 has no integer form</source>
        <translation>alpha 或 beta 不为 1 的 Gemm 没有整数形式</translation>
    </message>
    <message>
        <source>its bias is not one number for each column: no integer form adds it</source>
        <translation>其偏置不是每列一个数：没有整数形式能加上它</translation>
    </message>
    <message>
        <source>{0} uses opset {1} and cannot be converted to {2} ({3}): export it again with opset 17.</source>
        <translation>{0} 使用 opset {1}，无法转换为 {2}（{3}）：请用 opset 17 重新导出。</translation>
    </message>
    <message>
        <source>{0} uses opset {1}, older than {2}: export it with opset 17.</source>
        <translation>{0} 使用 opset {1}，早于 {2}：请用 opset 17 导出。</translation>
    </message>
    <message>
        <source>Inputs with a default value, taken as constants: {0}.</source>
        <translation>带默认值的输入，视为常数：{0} 个。</translation>
    </message>
    <message>
        <source>Converted from opset {0} to {1}.</source>
        <translation>已从 opset {0} 转换为 {1}。</translation>
    </message>
    <message>
        <source>{0}: tensor &apos;{1}&apos; has its data in &apos;{2}&apos;</source>
        <translation>{0}：张量“{1}”的数据在“{2}”中</translation>
    </message>
    <message>
        <source>{0}: its functions call themselves or each other without end, or over {1} times: export it with its functions written out.</source>
        <translation>{0}：其函数无休止地调用自身或互相调用，或调用超过 {1} 次：请导出已展开函数的模型。</translation>
    </message>
    <message>
        <source>{0} is empty: export or download it again.</source>
        <translation>{0} 为空：请重新导出或下载。</translation>
    </message>
    <message>
        <source>{0} holds names that are no text: export or download it again.</source>
        <translation>{0} 含有不是文本的名称：请重新导出或下载。</translation>
    </message>
    <message>
        <source>{0} holds tensors of no known type: export or download it again.</source>
        <translation>{0} 含有未知类型的张量：请重新导出或下载。</translation>
    </message>
    <message>
        <source>{0}: node &apos;{1}&apos; ({2}) takes an attribute of a function that it does not stand in: export or download it again.</source>
        <translation>{0}：节点“{1}”（{2}）引用了它不在其中的函数的属性：请重新导出或下载。</translation>
    </message>
    <message>
        <source>{0} holds no ONNX graph: export or download it again.</source>
        <translation>{0} 不含 ONNX 图：请重新导出或下载。</translation>
    </message>
    <message>
        <source>{0}, which is not a path inside the model&apos;s folder: refused.</source>
        <translation>{0}，它不是模型文件夹内的路径：已拒绝。</translation>
    </message>
    <message>
        <source>{0}, but its place there does not fit the file of {1} bytes: the file is cut off or from another model.</source>
        <translation>{0}，但其位置与 {1} 字节的文件不符：文件被截断或来自另一个模型。</translation>
    </message>
    <message>
        <source>{0}: tensor &apos;{1}&apos; does not hold the values its shape {2} asks for: export the model again.</source>
        <translation>{0}：张量“{1}”的值与其形状 {2} 不符：请重新导出模型。</translation>
    </message>
    <message>
        <source>{0} is a folder: give the .onnx file in it.</source>
        <translation>{0} 是文件夹：请给出其中的 .onnx 文件。</translation>
    </message>
    <message>
        <source>There is no file {0}: check the path.</source>
        <translation>没有文件 {0}：请检查路径。</translation>
    </message>
    <message>
        <source>{0} is not an ordinary file: give an .onnx file.</source>
        <translation>{0} 不是普通文件：请给出 .onnx 文件。</translation>
    </message>
    <message>
        <source>{0} is over 2 GB, more than one ONNX file can hold: save it with its weights as external data.</source>
        <translation>{0} 超过 2 GB，即一个 ONNX 文件的上限：请将权重存为外部数据。</translation>
    </message>
    <message>
        <source>{0} cannot be read: {1}.</source>
        <translation>无法读取 {0}：{1}。</translation>
    </message>
    <message>
        <source>{0} is not an ONNX model, or only a part of one ({1} bytes): export or download it again.</source>
        <translation>{0} 不是 ONNX 模型，或只是其一部分（{1} 字节）：请重新导出或下载。</translation>
    </message>
    <message>
        <source>{0}: its external data cannot be read: {1}.</source>
        <translation>{0}：无法读取其外部数据：{1}。</translation>
    </message>
    <message>
        <source>{0} is not a valid ONNX model: {1}; export it again.</source>
        <translation>{0} 不是有效的 ONNX 模型：{1}；请重新导出。</translation>
    </message>
    <message>
        <source>{0}, a link that leads outside the model&apos;s folder: put the data file itself there.</source>
        <translation>{0}，它是通向模型文件夹之外的链接：请把数据文件本身放在那里。</translation>
    </message>
    <message>
        <source>{0}, which is missing: put that file beside the model.</source>
        <translation>{0}，而它不存在：请把该文件放在模型旁边。</translation>
    </message>
    <message>
        <source>{0}, which cannot be read: {1}.</source>
        <translation>{0}，而它无法读取：{1}。</translation>
    </message>
    <message>
        <source>works on shapes or indices</source>
        <translation>处理形状或索引</translation>
    </message>
    <message>
        <source>The type of {0} is unknown, &apos;{1}&apos; the first.</source>
        <translation>{0}的类型未知，第一个是“{1}”。</translation>
    </message>
    <message>
        <source>Shapes could not be inferred: {0}</source>
        <translation>无法推断形状：{0}</translation>
    </message>
    <message>
        <source>{0} is not a valid ONNX model: node &apos;{1}&apos; ({2}) cannot be run, {3}; export it again.</source>
        <translation>{0} 不是有效的 ONNX 模型：节点“{1}”（{2}）无法运行，{3}；请重新导出。</translation>
    </message>
    <message>
        <source>stands in a body that no sample ran</source>
        <translation>位于没有任何样本运行到的循环体中</translation>
    </message>
    <message>
        <source>stands for what a body is given on each trip</source>
        <translation>代表循环体每次迭代得到的输入</translation>
    </message>
    <message>
        <source>stands in a body that chooses or repeats on each trip: only weights become codes</source>
        <translation>位于循环体内部的条件或循环中：只有权重变为整数编码</translation>
    </message>
    <message>
        <source>its body may change shapes from trip to trip: layers inside it stay float</source>
        <translation>其循环体的形状可能随迭代改变：其中的层保持浮点</translation>
    </message>
    <message>
        <source>runs its body many times, whose results it hands on as floats</source>
        <translation>多次运行其循环体，并以浮点传递结果</translation>
    </message>
    <message>
        <source>no language &apos;{0}&apos;: known are {1}</source>
        <translation>没有语言“{0}”：已知的有 {1}</translation>
    </message>
    <message>
        <source>A metric cannot answer within {0} seconds: allow more.</source>
        <translation>指标无法在 {0} 秒内回答：请允许更长时间。</translation>
    </message>
    <message>
        <source> on sample &apos;{0}&apos;</source>
        <translation>（样本“{0}”）</translation>
    </message>
    <message>
        <source>The metric {0} was ended{1}: {2}; allow more with --metric-limit.</source>
        <translation>指标 {0} 已被终止{1}：{2}；请用 --metric-limit 允许更多。</translation>
    </message>
    <message>
        <source>The metric {0} cannot be used{1}: {2}.</source>
        <translation>指标 {0} 不可用{1}：{2}。</translation>
    </message>
    <message>
        <source>cannot be used</source>
        <translation>不可用</translation>
    </message>
    <message>
        <source>The metric {0} {1}{2}: {3}.</source>
        <translation>指标 {0} {1}{2}：{3}。</translation>
    </message>
    <message>
        <source>fails in line {0}</source>
        <translation>在第 {0} 行失败</translation>
    </message>
    <message>
        <source>The metric {0} cannot be read ({1}): give FILE.py or FILE.py:NAME.</source>
        <translation>无法读取指标 {0}（{1}）：请给出 FILE.py 或 FILE.py:NAME。</translation>
    </message>
    <message>
        <source>These statistics come from {0} kinds of machine ({1}): their last bits may differ from those of one.</source>
        <translation>这些统计来自 {0} 种机器（{1}）：其最后几位可能与单台机器的不同。</translation>
    </message>
    <message>
        <source>There is no sample to calibrate with: choose data that has some.</source>
        <translation>没有可用于校准的样本：请选择含有样本的数据。</translation>
    </message>
    <message>
        <source>There is no tensor to observe: nothing in this model can be quantized; `quantengine inspect` says of every layer why.</source>
        <translation>没有可观察的张量：该模型没有可量化的部分；`quantengine inspect` 说明每层的原因。</translation>
    </message>
    <message>
        <source>The data changed between two passes over it: calibrate again with data at rest.</source>
        <translation>数据在两次读取之间发生了变化：请在数据不变时重新校准。</translation>
    </message>
    <message>
        <source>Calibrating, pass {0} of {1}</source>
        <translation>正在校准，第 {0} 遍，共 {1} 遍</translation>
    </message>
    <message>
        <source>{0} &apos;{1}&apos; is there {2} times: names must differ.</source>
        <translation>{0}“{1}”出现 {2} 次：名称必须不同。</translation>
    </message>
    <message>
        <source>{0} computes no tensor &apos;{1}&apos;: observe one of its own.</source>
        <translation>{0} 不计算张量“{1}”：请观察它自己的张量。</translation>
    </message>
    <message>
        <source>All tensors at once would take {0} MB, more than allowed: they are observed in {1} passes over the data.</source>
        <translation>一次观察所有张量需要 {0} MB，超过允许值：将分 {1} 遍数据观察。</translation>
    </message>
    <message>
        <source>its values are not counted alike</source>
        <translation>其数值的计数不一致</translation>
    </message>
    <message>
        <source>a lowest value lies above the highest</source>
        <translation>最小值大于最大值</translation>
    </message>
    <message>
        <source>its extremes are not those of what was counted</source>
        <translation>其极值与所计数的数值不符</translation>
    </message>
    <message>
        <source>its sums are not those of what was counted</source>
        <translation>其总和与所计数的数值不符</translation>
    </message>
    <message>
        <source>The samples that judge go beyond the calibrated range in {0}, most in &apos;{1}&apos; with {2} of its values: calibrate with data like them.</source>
        <translation>用于评判的样本在 {0}中超出校准范围，“{1}”最甚，有 {2} 的值超出：请用类似的数据校准。</translation>
    </message>
    <message>
        <source>All ranges are of one sample: calibrate with more.</source>
        <translation>所有范围都来自一个样本：请用更多样本校准。</translation>
    </message>
    <message>
        <source>Inputs look like states that outputs feed back: with {0} samples are sequences; now the data feeds each by itself.</source>
        <translation>有些输入看起来是由输出反馈的状态：加上 {0} 后样本即为序列；现在由数据分别提供每个输入。</translation>
    </message>
    <message>
        <source>input &apos;{0}&apos; of {1} takes a sequence or a map, which cannot be fed here: begin the network behind the nodes that make arrays of it</source>
        <translation>{1} 的输入“{0}”接受序列或映射，无法在此送入：请让网络从把它们变成数组的节点之后开始</translation>
    </message>
    <message>
        <source>The tables are of different models and cannot be merged: calibrate both shards with the same model file.</source>
        <translation>这些统计表属于不同的模型，无法合并：请用同一模型文件校准两部分。</translation>
    </message>
    <message>
        <source>The tables were made with different preprocessing and cannot be merged: calibrate both shards with the same data options.</source>
        <translation>这些统计表的预处理不同，无法合并：请用相同的数据选项校准两部分。</translation>
    </message>
    <message>
        <source>Only one of the tables was observed with quantized inputs: calibrate both shards the same way to merge them.</source>
        <translation>只有一张统计表是以量化输入观察的：要合并，请以同样方式校准两部分。</translation>
    </message>
    <message>
        <source>The tables do not observe the same tensors and cannot be merged: calibrate both shards with the same version and options.</source>
        <translation>这些统计表观察的张量不同，无法合并：请用相同的版本和选项校准两部分。</translation>
    </message>
    <message>
        <source>Sample &apos;{0}&apos; is in both tables ({1} such samples): merge tables of separate samples, so that none counts twice.</source>
        <translation>样本“{0}”在两张表中都有（共 {1} 个）：请合并样本不重叠的表，以免重复计数。</translation>
    </message>
    <message>
        <source>{0} is not a calibration table this version can read ({1}): make it anew with &apos;quantengine calibrate&apos;.</source>
        <translation>{0} 不是本版本能读取的校准统计（{1}）：请用“quantengine calibrate”重新生成。</translation>
    </message>
    <message>
        <source>its content is damaged</source>
        <translation>其内容已损坏</translation>
    </message>
    <message>
        <source>{0} does not exist: make it with &apos;quantengine calibrate&apos;.</source>
        <translation>{0} 不存在：请用“quantengine calibrate”生成。</translation>
    </message>
    <message>
        <source>it is another kind of .npz</source>
        <translation>它是另一种 .npz</translation>
    </message>
    <message>
        <source>another version wrote it</source>
        <translation>它由另一版本写成</translation>
    </message>
    <message>
        <source>its content is damaged ({0})</source>
        <translation>其内容已损坏（{0}）</translation>
    </message>
    <message>
        <source>&apos;{0}&apos;: {1}</source>
        <translation>“{0}”：{1}</translation>
    </message>
    <message>
        <source>it cannot be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>Running the file on made-up inputs takes over {0} s or {1} GB: what opening rewrote is compared with it once there is data.</source>
        <translation>用虚构输入运行该文件超过 {0} 秒或 {1} GB：打开时改写的部分将在有数据后与其比较。</translation>
    </message>
    <message>
        <source>export it again with opset 17, or report this model</source>
        <translation>请用 opset 17 重新导出，或报告此模型</translation>
    </message>
    <message>
        <source>{0}: what opening makes of it ({1}) {2}: {3}.</source>
        <translation>{0}：打开时改写的结果（{1}）{2}：{3}。</translation>
    </message>
    <message>
        <source>NaN, infinite or misshapen</source>
        <translation>NaN、无穷或形状不符</translation>
    </message>
    <message>
        <source>{0}: opening changes what node &apos;{1}&apos; gives ({2}): on equal inputs &apos;{3}&apos; differs from the file&apos;s by {4}. Its results would be wrong: {5}.</source>
        <translation>{0}：打开时改变了节点“{1}”的结果（{2}）：在相同输入上，“{3}”与文件相差 {4}。其结果会是错的：{5}。</translation>
    </message>
    <message>
        <source>The file does not run on made-up inputs: what opening rewrote is compared with it once there is data.</source>
        <translation>该文件无法在虚构的输入上运行：有数据后再与打开时的改写进行比较。</translation>
    </message>
    <message>
        <source>The outputs lie {0} from the file&apos;s though every node agrees with it on equal inputs: the network amplifies rounding.</source>
        <translation>输出与文件相差 {0}，但每个节点在相同输入下都一致：网络会放大舍入误差。</translation>
    </message>
    <message>
        <source>{0} of it</source>
        <translation>其 {0}</translation>
    </message>
    <message>
        <source>{0} cannot be run as it is ({1}), so that results are compared with its rewritten form, which nothing has confirmed.</source>
        <translation>{0} 无法按原样运行（{1}），因此结果与其改写形式比较，而该形式未经确认。</translation>
    </message>
    <message>
        <source>{0} No file made from it can be verified.</source>
        <translation>{0} 由它生成的文件无法验证。</translation>
    </message>
    <message>
        <source>gives NaN, infinities or shapes the file does not</source>
        <translation>给出文件没有的 NaN、无穷或形状</translation>
    </message>
    <message>
        <source>cannot be compared with the file node by node ({0})</source>
        <translation>无法与文件逐节点比较（{0}）</translation>
    </message>
    <message>
        <source>does not run ({0})</source>
        <translation>无法运行（{0}）</translation>
    </message>
    <message>
        <source>{0} is not a valid ONNX model: {1}.</source>
        <translation>{0} 不是有效的 ONNX 模型：{1}。</translation>
    </message>
    <message>
        <source>float32 gives something else than this network in double: it stays double.</source>
        <translation>以 float32 计算得到的结果与该双精度网络不同：保持双精度。</translation>
    </message>
    <message>
        <source>The network draws random numbers ({0}): its outputs change from run to run.</source>
        <translation>网络会产生随机数（{0}）：其输出每次运行都不同。</translation>
    </message>
    <message>
        <source>{0} has changed since it was opened, so that nothing can be compared with it: open it again.</source>
        <translation>{0} 打开后已改变，因此无法与之比较：请重新打开。</translation>
    </message>
    <message>
        <source>Two runs of the float file on equal inputs differ at output &apos;{0}&apos;.</source>
        <translation>浮点文件在相同输入上两次运行，输出“{0}”不同。</translation>
    </message>
    <message>
        <source>There is no folder {0} to write {1} in: make it.</source>
        <translation>没有用于写入 {1} 的文件夹 {0}：请创建它。</translation>
    </message>
    <message>
        <source>{0} cannot be written: its folder allows no new files.</source>
        <translation>无法写入 {0}：其文件夹不允许新文件。</translation>
    </message>
    <message>
        <source>{0} would become part of the data in {1}: write under another name or in another folder.</source>
        <translation>{0} 会成为 {1} 中数据的一部分：请换名称或换文件夹写入。</translation>
    </message>
    <message>
        <source>{0} and {1} are two outputs of the same name: give each its own file.</source>
        <translation>{0} 和 {1} 是同名的两个输出：请各给一个文件。</translation>
    </message>
    <message>
        <source>{0} is where this command prints: write under another name.</source>
        <translation>{0} 是本命令打印的去处：请换名称写入。</translation>
    </message>
    <message>
        <source>{0} is read by this command{1}: write under another name.</source>
        <translation>{0} 正被本命令读取{1}：请换名称写入。</translation>
    </message>
    <message>
        <source>, where it is called {0}</source>
        <translation>，在那里名为 {0}</translation>
    </message>
    <message>
        <source>The scales given for &apos;{0}&apos; are not all above zero.</source>
        <translation>为“{0}”给出的缩放因子并非都大于零。</translation>
    </message>
    <message>
        <source>The zero points given for &apos;{0}&apos; do not fit its scales.</source>
        <translation>为“{0}”给出的零点与其缩放因子不符。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; cannot be of shape {1}.</source>
        <translation>“{0}”的形状不能是 {1}。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is no form of inputs: choose {1}.</source>
        <translation>“{0}”不是输入的形式：请选择 {1}。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is named twice.</source>
        <translation>“{0}”写了两次。</translation>
    </message>
    <message>
        <source>The search had a single candidate, so there was nothing to choose.</source>
        <translation>搜索只有一个候选，因此没有可选的。</translation>
    </message>
    <message>
        <source>An end lies in proportion within a bin of at most 0.2 % of its value.</source>
        <translation>有一端是在一个分箱内按比例取的，分箱宽度不超过其数值的 0.2 %。</translation>
    </message>
    <message>
        <source>The method &apos;pixels&apos; cannot choose a range for &apos;{0}&apos;, which is not made of images: choose another method for this tensor.</source>
        <translation>方法“pixels”无法为“{0}”选择范围，因为它不是由图像构成的：请为该张量选择其他方法。</translation>
    </message>
    <message>
        <source>symmetric KL divergence</source>
        <translation>对称 KL 散度</translation>
    </message>
    <message>
        <source>JS divergence</source>
        <translation>JS 散度</translation>
    </message>
    <message>
        <source>The parameter &apos;{0}&apos; cannot be {1}: choose {2}.</source>
        <translation>参数“{0}”不能是 {1}：请选择 {2}。</translation>
    </message>
    <message>
        <source>{0} With what follows: {1} -&gt; {2} dB.</source>
        <translation>{0} 加上其后的步骤：{1} -&gt; {2} dB。</translation>
    </message>
    <message>
        <source>Held-out samples see harm; it stays since it was named. {0}</source>
        <translation>留出的样本显示有害；因为是指定的步骤，所以保留。{0}</translation>
    </message>
    <message>
        <source>The outputs give no figure to judge by. {0}</source>
        <translation>输出没有可供评判的数值。{0}</translation>
    </message>
    <message>
        <source>{0} before the logarithm &apos;{1}&apos; kept float</source>
        <translation>对数“{1}”之前的 {0} 保持浮点</translation>
    </message>
    <message>
        <source>{0} takes no ranges that are found while running.</source>
        <translation>{0} 不接受运行时求得的范围。</translation>
    </message>
    <message>
        <source>Samples do not differ much in level.</source>
        <translation>各样本的强弱相差不大。</translation>
    </message>
    <message>
        <source>Ranges of {0} are found while running: a quarter of the samples reaches less than an eighth as far as loud ones at &apos;{1}&apos;.</source>
        <translation>{0} 的范围在运行时求得：在“{1}”处，四分之一的样本不及强样本幅度的八分之一。</translation>
    </message>
    <message>
        <source>{0} lie on -3, -1, 1 and 3 half steps, held in 4 bits: {1} more bytes than 2 bits take.</source>
        <translation>{0} 位于 -3、-1、1 和 3 个半步上，以 4 位存放：比 2 位多占 {1} 字节。</translation>
    </message>
    <message>
        <source>No weight has 2 bits.</source>
        <translation>没有 2 位的权重。</translation>
    </message>
    <message>
        <source>No Clip lies between layers that are equalized.</source>
        <translation>被均衡的层之间没有 Clip。</translation>
    </message>
    <message>
        <source>Chosen.</source>
        <translation>已选用。</translation>
    </message>
    <message>
        <source>{0}, {1} of them as learned</source>
        <translation>{0}，其中 {1} 层采用学习结果</translation>
    </message>
    <message>
        <source>Time did not suffice for {0}.</source>
        <translation>时间不够，还有 {0} 未试。</translation>
    </message>
    <message>
        <source>{0} {1}</source>
        <translation>{0} {1}</translation>
    </message>
    <message>
        <source>Trying sequences of steps</source>
        <translation>正在试验步骤的顺序</translation>
    </message>
    <message>
        <source>No layer is before a logarithm that others read.</source>
        <translation>没有层位于被其他层读取的对数之前。</translation>
    </message>
    <message>
        <source>Rounding takes at most {0} s.</source>
        <translation>舍入最多需要 {0} 秒。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not a recovery step: choose auto, quick or some of {1}, which stay as named unless &apos;judged&apos; stands before them.</source>
        <translation>“{0}”不是修复步骤：请选择 auto、quick，或 {1} 中的一些；指定的步骤会保留，除非前面写有 judged。</translation>
    </message>
    <message>
        <source>Weights lie on odd codes, which rounding would leave.</source>
        <translation>权重位于奇数码上，重新舍入会使其离开。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is too long for a regular expression: list the names.</source>
        <translation>“{0}”作为正则表达式太长：请列出名称。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not a regular expression: {1}.</source>
        <translation>“{0}”不是正则表达式：{1}。</translation>
    </message>
    <message>
        <source>{0} thread</source>
        <translation>{0} 个线程</translation>
    </message>
    <message>
        <source>{0} threads</source>
        <translation>{0} 个线程</translation>
    </message>
    <message>
        <source>Looking for the layers that cost most</source>
        <translation>正在寻找损失最大的层</translation>
    </message>
    <message>
        <source>Comparing</source>
        <translation>正在比较</translation>
    </message>
    <message>
        <source>Evaluating</source>
        <translation>正在评估</translation>
    </message>
    <message>
        <source>Comparing granularities</source>
        <translation>正在比较粒度</translation>
    </message>
    <message>
        <source>Computing in integers</source>
        <translation>正在用整数计算</translation>
    </message>
    <message>
        <source>Measuring latency</source>
        <translation>正在测量延迟</translation>
    </message>
    <message>
        <source>Comparing layers</source>
        <translation>正在比较各层</translation>
    </message>
    <message>
        <source>Comparing channel means</source>
        <translation>正在比较通道均值</translation>
    </message>
    <message>
        <source>Trying methods</source>
        <translation>正在尝试各种方法</translation>
    </message>
    <message>
        <source>Measuring the result</source>
        <translation>正在测量结果</translation>
    </message>
    <message>
        <source>Reading samples</source>
        <translation>正在读取样本</translation>
    </message>
    <message>
        <source>Judging samples</source>
        <translation>正在评判样本</translation>
    </message>
    <message>
        <source>Switching layers</source>
        <translation>正在切换各层</translation>
    </message>
    <message>
        <source>Waiting for workers</source>
        <translation>正在等待工作进程</translation>
    </message>
    <message>
        <source>Reading data</source>
        <translation>正在读取数据</translation>
    </message>
    <message>
        <source>Reading sequences</source>
        <translation>正在读取序列</translation>
    </message>
    <message>
        <source>Comparing files</source>
        <translation>正在比较文件</translation>
    </message>
    <message>
        <source>Comparing dumps</source>
        <translation>正在比较转储</translation>
    </message>
    <message>
        <source>Judging</source>
        <translation>正在评判</translation>
    </message>
    <message>
        <source>Verifying</source>
        <translation>正在验证</translation>
    </message>
    <message>
        <source>Calibrating</source>
        <translation>正在校准</translation>
    </message>
    <message>
        <source>Comparing data</source>
        <translation>正在比较数据</translation>
    </message>
    <message>
        <source>Absorbing high biases</source>
        <translation>正在吸收大偏置</translation>
    </message>
    <message>
        <source>Weighing inputs</source>
        <translation>正在权衡输入</translation>
    </message>
    <message>
        <source>Correcting biases</source>
        <translation>正在校正偏置</translation>
    </message>
    <message>
        <source>Equalizing layers</source>
        <translation>正在均衡各层</translation>
    </message>
    <message>
        <source>Rounding weights</source>
        <translation>正在选择权重的舍入</translation>
    </message>
    <message>
        <source>Smoothing outlier channels</source>
        <translation>正在平滑离群通道</translation>
    </message>
    <message>
        <source>Measuring each range alone</source>
        <translation>正在单独测量每个范围</translation>
    </message>
    <message>
        <source>Choosing ranges</source>
        <translation>正在选择范围</translation>
    </message>
    <message>
        <source>Choosing weight ranges</source>
        <translation>正在选择权重范围</translation>
    </message>
    <message>
        <source>Measuring each width alone</source>
        <translation>正在单独测量每种位宽</translation>
    </message>
    <message>
        <source>Measuring times</source>
        <translation>正在测量时间</translation>
    </message>
    <message>
        <source>Trying presets</source>
        <translation>正在尝试预设</translation>
    </message>
    <message>
        <source>Measuring plans</source>
        <translation>正在测量方案</translation>
    </message>
    <message>
        <source>Sweeping</source>
        <translation>正在扫描</translation>
    </message>
    <message>
        <source>Trying widths</source>
        <translation>正在尝试位宽</translation>
    </message>
    <message>
        <source>The plan cannot be read: {0}.</source>
        <translation>方案无法读取：{0}。</translation>
    </message>
    <message>
        <source>&apos;symmetric={0}&apos; is not a setting: write symmetric=true or false.</source>
        <translation>“symmetric={0}”不是设置：请写 symmetric=true 或 false。</translation>
    </message>
    <message>
        <source>&apos;{0}={1}&apos; is not a setting: &apos;{0}&apos; takes a number.</source>
        <translation>“{0}={1}”不是设置：“{0}”需要一个数。</translation>
    </message>
    <message>
        <source>&apos;{0}={1}&apos; is not a setting: &apos;{0}&apos; takes a finite number.</source>
        <translation>“{0}={1}”不是设置：“{0}”需要有限的数。</translation>
    </message>
    <message>
        <source>&apos;{0}={1}&apos; is not a setting: &apos;{0}&apos; takes a word.</source>
        <translation>“{0}={1}”不是设置：“{0}”需要一个词。</translation>
    </message>
    <message>
        <source>{0} is no granularity: PER_TENSOR, PER_CHANNEL or InBlocks(n).</source>
        <translation>{0} 不是粒度：PER_TENSOR、PER_CHANNEL 或 InBlocks(n)。</translation>
    </message>
    <message>
        <source>The range {0} to {1} is empty: low must be below high.</source>
        <translation>范围 {0} 到 {1} 为空：下限必须小于上限。</translation>
    </message>
    <message>
        <source>A plan is a JSON object: this is not one.</source>
        <translation>方案是一个 JSON 对象：这不是。</translation>
    </message>
    <message>
        <source>The plan has version {0}; this program reads {1}.</source>
        <translation>方案的版本为 {0}；本程序读取 {1}。</translation>
    </message>
    <message>
        <source>judging.task: &apos;{0}&apos; is no task</source>
        <translation>judging.task：“{0}”不是任务</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is no path of a file</source>
        <translation>“{0}”不是文件路径</translation>
    </message>
    <message>
        <source>Fine-tuned</source>
        <translation>微调</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is a stack of matrices, which onnxruntime multiplies as integers by one scale alone: per tensor.</source>
        <translation>“{0}”是一组堆叠的矩阵，onnxruntime 只能用单一缩放做整数乘法：按张量。</translation>
    </message>
    <message>
        <source>The number of scales is that of neither channels nor blocks: {0}.</source>
        <translation>缩放因子的数量既不等于通道数，也不等于块数：{0}。</translation>
    </message>
    <message>
        <source>Hailo&apos;s parser gives layers names of its own: put those for ours.</source>
        <translation>Hailo 的解析器给层起自己的名称：请用它们替换我们的名称。</translation>
    </message>
    <message>
        <source>The file has no line &apos;{0}&apos;: give the .quantization.cfg that RKNN&apos;s hybrid quantization wrote in its first step.</source>
        <translation>文件没有“{0}”这一行：请给出 RKNN 混合量化第一步写出的 .quantization.cfg。</translation>
    </message>
    <message>
        <source>The table has no place for weights: the tool quantizes them by itself.</source>
        <translation>该表没有权重的位置：工具会自行量化权重。</translation>
    </message>
    <message>
        <source>The table says nothing of widths; not 8 bits are: {0}.</source>
        <translation>该表不说明位宽；不是 8 位的有：{0}。</translation>
    </message>
    <message>
        <source>Left out, no tensors of the file: {0}.</source>
        <translation>已略去，不是文件中的张量：{0}。</translation>
    </message>
    <message>
        <source>{0} changes a file that the tool wrote: give --patch FILE.</source>
        <translation>{0} 修改工具写出的文件：请给出 --patch FILE。</translation>
    </message>
    <message>
        <source>{0} is no settings file of at most 16 MB: give --patch the right one.</source>
        <translation>{0} 不是不超过 16 MB 的设置文件：请为 --patch 给出正确的文件。</translation>
    </message>
    <message>
        <source>{0} cannot be read as text: {1}</source>
        <translation>无法将 {0} 作为文本读取：{1}</translation>
    </message>
    <message>
        <source>What is said about recovery and training cannot be read: {0}.</source>
        <translation>关于修复和训练的内容无法读取：{0}。</translation>
    </message>
    <message>
        <source>The plan has an unknown part &apos;{0}&apos;.</source>
        <translation>方案含有未知部分“{0}”。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not a setting: only weights. and activations. may prefix.</source>
        <translation>“{0}”不是设置：只能以 weights. 和 activations. 为前缀。</translation>
    </message>
    <message>
        <source>{0} cannot be opened as a project ({1}): open the model itself, or an older copy of the project.</source>
        <translation>无法将 {0} 作为项目打开（{1}）：请打开模型本身，或项目的较早副本。</translation>
    </message>
    <message>
        <source>it is another kind of file</source>
        <translation>它是另一种文件</translation>
    </message>
    <message>
        <source>it has version {0}, this program reads {1}</source>
        <translation>其版本为 {0}，本程序读取 {1}</translation>
    </message>
    <message>
        <source>its statistics belong to another model</source>
        <translation>其统计属于另一个模型</translation>
    </message>
    <message>
        <source>it claims more than a project can hold</source>
        <translation>它声称的内容超过项目所能容纳</translation>
    </message>
    <message>
        <source>it is no project file or was cut off</source>
        <translation>它不是项目文件，或已被截断</translation>
    </message>
    <message>
        <source>its content cannot be unpacked</source>
        <translation>其内容无法解包</translation>
    </message>
    <message>
        <source>KL divergence</source>
        <translation>KL 散度</translation>
    </message>
    <message>
        <source>mean squared error</source>
        <translation>均方误差</translation>
    </message>
    <message>
        <source>cross entropy</source>
        <translation>交叉熵</translation>
    </message>
    <message>
        <source>The method &apos;cross_entropy&apos; cannot choose a range for &apos;{0}&apos;, whose rows were not kept: it is meant for the logits a network puts out.</source>
        <translation>方法“cross_entropy”无法为“{0}”选择范围，因为没有保留它的各行：该方法用于网络输出的 logits。</translation>
    </message>
    <message>
        <source>The method &apos;batchnorm&apos; cannot choose a range for &apos;{0}&apos;, which no batch norm made: choose another method for this tensor.</source>
        <translation>方法“batchnorm”无法为“{0}”选择范围，因为它不是由批归一化产生的：请为该张量另选方法。</translation>
    </message>
    <message>
        <source>There is no range method &apos;{0}&apos;: choose {1}.</source>
        <translation>没有范围方法“{0}”：请选择 {1}。</translation>
    </message>
    <message>
        <source>No values were seen: any range will do.</source>
        <translation>没有见到任何值：任何范围都可以。</translation>
    </message>
    <message>
        <source>The method &apos;{0}&apos; has no parameter &apos;{1}&apos;: it has {2}.</source>
        <translation>方法“{0}”没有参数“{1}”：它有 {2}。</translation>
    </message>
    <message>
        <source>The parameter &apos;{0}&apos; of &apos;{1}&apos; cannot be {2}: choose {3} to {4}.</source>
        <translation>“{1}”的参数“{0}”不能为 {2}：请选择 {3} 到 {4}。</translation>
    </message>
    <message>
        <source>mean absolute error</source>
        <translation>平均绝对误差</translation>
    </message>
    <message>
        <source>mean |error|^p</source>
        <translation>|误差|^p 的均值</translation>
    </message>
    <message>
        <source>Every value is the same.</source>
        <translation>所有值都相同。</translation>
    </message>
    <message>
        <source>The method &apos;{0}&apos; is for activations and says nothing about a weight: choose {1}.</source>
        <translation>方法“{0}”用于激活，不适用于权重：请选择 {1}。</translation>
    </message>
    <message>
        <source>The constant part of {0} moved into the next bias.</source>
        <translation>{0}的常数部分移入了下一个偏置。</translation>
    </message>
    <message>
        <source>No channel has a constant part to move</source>
        <translation>没有通道有可移动的常数部分</translation>
    </message>
    <message>
        <source>Weights of {0} have zero points now.</source>
        <translation>{0}的权重现在有零点。</translation>
    </message>
    <message>
        <source>Not tried: {0} takes symmetric weights only.</source>
        <translation>未尝试：{0} 只接受对称权重。</translation>
    </message>
    <message>
        <source>No symmetric weight has 2 to 7 bits.</source>
        <translation>没有 2 到 7 位的对称权重。</translation>
    </message>
    <message>
        <source>No part of the outputs gains {0} dB. {1}</source>
        <translation>输出中没有任何部分提高 {0} dB。{1}</translation>
    </message>
    <message>
        <source>Undone, since the outputs give no figure to judge by. {0}</source>
        <translation>已撤销，因为输出没有可供评判的指标。{0}</translation>
    </message>
    <message>
        <source>Correcting biases alone does better. {0}</source>
        <translation>仅校正偏置效果更好。{0}</translation>
    </message>
    <message>
        <source>Weights were scaled by what they meet at {0} of products, {1} by a Mul of its own.</source>
        <translation>在乘积的 {0} 处按相遇的输入缩放了权重，其中 {1} 处借助单独的 Mul。</translation>
    </message>
    <message>
        <source>Weights were scaled by what they meet at {0} of products.</source>
        <translation>在乘积的 {0} 处按相遇的输入缩放了权重。</translation>
    </message>
    <message>
        <source>No input of a product could be weighed</source>
        <translation>没有哪个乘积的输入可以这样衡量</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; matches no layer of this model: see `quantengine inspect`.</source>
        <translation>“{0}”与该模型的任何层都不匹配：见 `quantengine inspect`。</translation>
    </message>
    <message>
        <source>The bias of {0} was corrected.</source>
        <translation>{0}的偏置已校正。</translation>
    </message>
    <message>
        <source>No bias could be corrected</source>
        <translation>没有可校正的偏置</translation>
    </message>
    <message>
        <source>{0} is a MatMul without a bias behind it.</source>
        <translation>{0} 是后面没有偏置的 MatMul。</translation>
    </message>
    <message>
        <source>{0} B in the file, {1} B moved a sample, {2} conversions</source>
        <translation>文件 {0} B，每个样本搬运 {1} B，转换 {2} 次</translation>
    </message>
    <message>
        <source>{0} scaled; {1} that reach a Clip left alone.</source>
        <translation>{0}已缩放；{1}触及 Clip 的未处理。</translation>
    </message>
    <message>
        <source>{0} scaled.</source>
        <translation>{0}已缩放。</translation>
    </message>
    <message>
        <source>No channel could be scaled</source>
        <translation>没有可缩放的通道</translation>
    </message>
    <message>
        <source>{0} ({1}) reads it too</source>
        <translation>{0}（{1}）也读取它</translation>
    </message>
    <message>
        <source>their channels do not match</source>
        <translation>它们的通道不匹配</translation>
    </message>
    <message>
        <source>{0} to {1} is not equalized: {2}.</source>
        <translation>{0} 到 {1} 未均衡：{2}。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is an output of the network</source>
        <translation>“{0}”是网络的输出</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not written by a layer with weights</source>
        <translation>“{0}”不是由带权重的层写出的</translation>
    </message>
    <message>
        <source>{0}: {1}.</source>
        <translation>{0}：{1}。</translation>
    </message>
    <message>
        <source>The target allows neither 16 bits nor float there.</source>
        <translation>目标平台在那里既不允许 16 位也不允许浮点。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is joined of parts scaled alike, which {1} undoes</source>
        <translation>“{0}”由缩放到相同大小的各部分拼成，由 {1} 还原</translation>
    </message>
    <message>
        <source>{0} is split into {1}, one for each part of like size</source>
        <translation>{0} 拆分为 {1} 个，每个对应大小相近的部分</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; stays float</source>
        <translation>“{0}”保持浮点</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; stays float up to the layers that read its parts</source>
        <translation>“{0}”在读取其各部分的层之前保持浮点</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; takes {1} bits</source>
        <translation>“{0}”使用 {1} 位</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; and {1} behind it stay float</source>
        <translation>“{0}”及其后的 {1} 保持浮点</translation>
    </message>
    <message>
        <source>The plan leaves activations float: &apos;awq&apos; is about weights alone.</source>
        <translation>方案让激活保持浮点：只涉及权重时用“awq”。</translation>
    </message>
    <message>
        <source>The plan makes activations integers: &apos;smooth&apos; weighs both.</source>
        <translation>方案把激活变为整数：“smooth”兼顾两者。</translation>
    </message>
    <message>
        <source>{0} -&gt; {1} dB ({2}, undone).</source>
        <translation>{0} -&gt; {1} dB（{2}，已撤销）。</translation>
    </message>
    <message>
        <source>metric {0} -&gt; {1}, undone.</source>
        <translation>指标 {0} -&gt; {1}，已撤销。</translation>
    </message>
    <message>
        <source>{0} -&gt; {1} of the integers equal, undone.</source>
        <translation>整数相等的比例 {0} -&gt; {1}，已撤销。</translation>
    </message>
    <message>
        <source>{0} -&gt; {1} dB ({2}).</source>
        <translation>{0} -&gt; {1} dB（{2}）。</translation>
    </message>
    <message>
        <source>metric {0} -&gt; {1}.</source>
        <translation>指标 {0} -&gt; {1}。</translation>
    </message>
    <message>
        <source>{0} -&gt; {1} of the integers equal.</source>
        <translation>整数相等的比例 {0} -&gt; {1}。</translation>
    </message>
    <message>
        <source>The weights of {0} were rounded anew</source>
        <translation>{0}的权重已重新舍入</translation>
    </message>
    <message>
        <source>{0}.</source>
        <translation>{0}。</translation>
    </message>
    <message>
        <source>{0}; 1 stays as rounding to nearest left it</source>
        <translation>{0}；1 层保持就近舍入的结果</translation>
    </message>
    <message>
        <source>{0}; {1} stay as rounding to nearest left them</source>
        <translation>{0}；{1} 层保持就近舍入的结果</translation>
    </message>
    <message>
        <source>Recovery holds samples out to check itself: give it data with at least 2 samples.</source>
        <translation>修复会留出样本检验自身：请提供至少 2 个样本的数据。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not scaled: {1}.</source>
        <translation>“{0}”未被缩放：{1}。</translation>
    </message>
    <message>
        <source>The channels of {0} of products were made alike, {1} by a Mul of its own.</source>
        <translation>矩阵乘法的 {0}的通道已调整为相近，其中 {1} 个用单独的 Mul。</translation>
    </message>
    <message>
        <source>the plan decides for it by name</source>
        <translation>方案按名称对它另有规定</translation>
    </message>
    <message>
        <source>Packed weights are multiplied in {0} (accuracy level {1}): inputs stay floats.</source>
        <translation>{0}直接与打包的权重相乘（精度级别 {1}）：输入保持浮点。</translation>
    </message>
    <message>
        <source>Packed weights are multiplied in {0} (accuracy level {1}): kernels may round the inputs to 8 bits, a scale for each block.</source>
        <translation>{0}直接与打包的权重相乘（精度级别 {1}）：内核可能把输入舍入到 8 位，每块一个缩放因子。</translation>
    </message>
    <message>
        <source>{0} ({1}) is an integer operator</source>
        <translation>{0}（{1}）是整数算子</translation>
    </message>
    <message>
        <source>input &apos;{0}&apos; has {1} along axis {2}, but {3} is what this network takes: resize or cut the samples to it</source>
        <translation>输入“{0}”沿轴 {2} 为 {1}，而该网络接受 {3}：请将样本缩放或裁剪到该尺寸</translation>
    </message>
    <message>
        <source>input &apos;{0}&apos; has {1}, but {2} is what this network takes: give samples of that shape</source>
        <translation>输入“{0}”有 {1}，而该网络接受 {2} 个：请提供该形状的样本</translation>
    </message>
    <message>
        <source>the file has opset {0} and it knows up to {1}: export it with a lower one, or update onnxruntime</source>
        <translation>文件的 opset 为 {0}，而它最高支持 {1}：请用较低的 opset 导出，或更新 onnxruntime</translation>
    </message>
    <message>
        <source>the memory does not suffice ({0} bytes were asked for at once): use smaller inputs, or close other programs</source>
        <translation>内存不足（一次请求了 {0} 字节）：请使用较小的输入，或关闭其他程序</translation>
    </message>
    <message>
        <source>the memory does not suffice: use smaller inputs, or close other programs</source>
        <translation>内存不足：请使用较小的输入，或关闭其他程序</translation>
    </message>
    <message>
        <source>{0} cannot take what it gets ({1}): give samples of the size and shape that the network was exported for</source>
        <translation>{0} 无法接受送入的内容（{1}）：请提供网络导出时所用尺寸和形状的样本</translation>
    </message>
    <message>
        <source>the file has opset {0}: export it with a lower one, or update onnxruntime</source>
        <translation>文件的 opset 为 {0}：请用较低的 opset 导出，或更新 onnxruntime</translation>
    </message>
    <message>
        <source>node &apos;{0}&apos; ({1})</source>
        <translation>节点“{0}”（{1}）</translation>
    </message>
    <message>
        <source>a node {0}</source>
        <translation>一个 {0} 节点</translation>
    </message>
    <message>
        <source>{0} is asked for what lies beyond its table ({1}): the data holds indices of another vocabulary or of more classes</source>
        <translation>{0} 被要求取其表之外的内容（{1}）：数据含有另一词表或更多类别的下标</translation>
    </message>
    <message>
        <source>1 axis</source>
        <translation>1 个轴</translation>
    </message>
    <message>
        <source>{0} axes</source>
        <translation>{0} 个轴</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is tried for longer than {1} seconds: write it without repeats of repeats.</source>
        <translation>“{0}”的匹配超过 {1} 秒：请不要在重复中再写重复。</translation>
    </message>
    <message>
        <source>To make it again</source>
        <translation>如何重现</translation>
    </message>
    <message>
        <source>The plan, as --plan reads it</source>
        <translation>方案，可由 --plan 读取</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>versions</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>machine</source>
        <translation>机器</translation>
    </message>
    <message>
        <source>model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>beyond the plan</source>
        <translation>方案之外</translation>
    </message>
    <message>
        <source>judged by</source>
        <translation>评判依据</translation>
    </message>
    <message>
        <source>statistics</source>
        <translation>统计</translation>
    </message>
    <message>
        <source>data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Trained on {0} for {1} s.</source>
        <translation>在 {0} 上训练了 {1} 秒。</translation>
    </message>
    <message>
        <source>Of plans alone, on {0}; each is smaller or better.</source>
        <translation>仅就方案本身，基于 {0}；每个都更小或更好。</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Before dB</source>
        <translation>之前 dB</translation>
    </message>
    <message>
        <source>After dB</source>
        <translation>之后 dB</translation>
    </message>
    <message>
        <source>Gain</source>
        <translation>增益</translation>
    </message>
    <message>
        <source>What it did</source>
        <translation>做了什么</translation>
    </message>
    <message>
        <source>Held-out samples</source>
        <translation>留出的样本</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Output dB</source>
        <translation>输出 dB</translation>
    </message>
    <message>
        <source>Agreement</source>
        <translation>一致率</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Of float</source>
        <translation>占浮点</translation>
    </message>
    <message>
        <source>Predicted dB</source>
        <translation>预测 dB</translation>
    </message>
    <message>
        <source>Equal</source>
        <translation>相等</translation>
    </message>
    <message>
        <source>Metric</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Recovery</source>
        <translation>修复</translation>
    </message>
    <message>
        <source>before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>after</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>undone</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>chosen</source>
        <translation>选中</translation>
    </message>
    <message>
        <source>Error along the network</source>
        <translation>沿网络的误差</translation>
    </message>
    <message>
        <source>SQNR in dB of each layer&apos;s output. Line: with everything before it quantized too. Bars: only this layer quantized. Dashed lines stand at {0} dB. On {1}.</source>
        <translation>各层输出的 SQNR，单位 dB。折线：其之前的部分也全部量化。柱：仅量化该层。虚线位于 {0} dB。基于 {1}。</translation>
    </message>
    <message>
        <source>no dB</source>
        <translation>无 dB</translation>
    </message>
    <message>
        <source>exact</source>
        <translation>完全一致</translation>
    </message>
    <message>
        <source>first layer</source>
        <translation>第一层</translation>
    </message>
    <message>
        <source>last layer</source>
        <translation>最后一层</translation>
    </message>
    <message>
        <source>{0}: {1} with all before it, {2} alone</source>
        <translation>{0}：连同之前所有层 {1}，单独 {2}</translation>
    </message>
    <message>
        <source>SQNR in dB along the network</source>
        <translation>沿网络的 SQNR（dB）</translation>
    </message>
    <message>
        <source>{0}, quantized</source>
        <translation>{0}，已量化</translation>
    </message>
    <message>
        <source>{0} against {1}</source>
        <translation>{0} 与 {1} 对比</translation>
    </message>
    <message>
        <source>Kept float, {0} ({1}) would weigh {2} more. Gains of single layers do not add up.</source>
        <translation>若保持浮点，{0}（{1}）将多占 {2}。单层的收益不能相加。</translation>
    </message>
    <message>
        <source>Kept float, {0} would lift the result from {1} to about {2} dB for {3} more.</source>
        <translation>若将 {0} 保持为浮点，结果会从 {1} dB 提高到约 {2} dB（多占 {3}）。</translation>
    </message>
    <message>
        <source>Which layer, and what helps</source>
        <translation>哪一层，如何改善</translation>
    </message>
    <message>
        <source>95 % in {0} .. {1}, {2}</source>
        <translation>95 % 置信于 {0} .. {1}，{2}</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>结论</translation>
    </message>
    <message>
        <source>{0} held out</source>
        <translation>留出的 {0}</translation>
    </message>
    <message>
        <source>; worst is {0} with {1} dB</source>
        <translation>；最差的是 {0}，{1} dB</translation>
    </message>
    <message>
        <source>Latency of one sample</source>
        <translation>单个样本的延迟</translation>
    </message>
    <message>
        <source>median, this machine</source>
        <translation>中位数，本机</translation>
    </message>
    <message>
        <source>{0} of the data</source>
        <translation>数据中的 {0}</translation>
    </message>
    <message>
        <source>Written file</source>
        <translation>写出的文件</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Equal integers</source>
        <translation>整数相等</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>算子</translation>
    </message>
    <message>
        <source>W</source>
        <translation>W</translation>
    </message>
    <message>
        <source>number format of the weight</source>
        <translation>权重的数值格式</translation>
    </message>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>number format of what the layer reads</source>
        <translation>该层输入的数值格式</translation>
    </message>
    <message>
        <source>So far</source>
        <translation>累计</translation>
    </message>
    <message>
        <source>SQNR of the output in dB with everything before it quantized too</source>
        <translation>之前的部分也全部量化时输出的 SQNR（dB）</translation>
    </message>
    <message>
        <source>Drop</source>
        <translation>下降</translation>
    </message>
    <message>
        <source>how many dB the output lies below the worst of what feeds it</source>
        <translation>输出比其最差的输入低多少 dB</translation>
    </message>
    <message>
        <source>Alone</source>
        <translation>单独</translation>
    </message>
    <message>
        <source>SQNR of the output in dB with only this layer quantized</source>
        <translation>仅量化该层时输出的 SQNR（dB）</translation>
    </message>
    <message>
        <source>If float</source>
        <translation>若浮点</translation>
    </message>
    <message>
        <source>what keeping only this layer float gains, in what ranks: dB, a share, a metric</source>
        <translation>仅将该层保持浮点的收益，单位同排序依据：dB、占比或指标</translation>
    </message>
    <message>
        <source>W dB</source>
        <translation>权重 dB</translation>
    </message>
    <message>
        <source>SQNR of the weight alone</source>
        <translation>权重本身的 SQNR</translation>
    </message>
    <message>
        <source>Out dB</source>
        <translation>输出 dB</translation>
    </message>
    <message>
        <source>SQNR of the output&apos;s own rounding alone</source>
        <translation>输出自身舍入的 SQNR</translation>
    </message>
    <message>
        <source>Scales</source>
        <translation>缩放因子</translation>
    </message>
    <message>
        <source>how many weights share a scale</source>
        <translation>多少权重共用一个缩放因子</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>what chose the range of the output</source>
        <translation>输出范围由什么方法选定</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>下限</translation>
    </message>
    <message>
        <source>smallest real number of the output&apos;s range</source>
        <translation>输出范围的最小实数</translation>
    </message>
    <message>
        <source>High</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>largest real number of the output&apos;s range</source>
        <translation>输出范围的最大实数</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>bytes of the parameters</source>
        <translation>参数的字节数</translation>
    </message>
    <message>
        <source>After</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>bytes of the parameters once quantized</source>
        <translation>量化后参数的字节数</translation>
    </message>
    <message>
        <source>Stays float because</source>
        <translation>保持浮点的原因</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>quantized</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>below {0} dB</source>
        <translation>低于 {0} dB</translation>
    </message>
    <message>
        <source>float</source>
        <translation>浮点</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>层</translation>
    </message>
    <message>
        <source>find a layer</source>
        <translation>查找层</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{1} 中的 {0}</translation>
    </message>
    <message>
        <source>Dark or light</source>
        <translation>深色或浅色</translation>
    </message>
    <message>
        <source>Worst first: what the float network says before what the quantized one says.</source>
        <translation>从最差的开始：先是浮点网络的回答，再是量化网络的回答。</translation>
    </message>
    <message>
        <source>Taken as {0}. {1}</source>
        <translation>视为{0}。{1}</translation>
    </message>
    <message>
        <source>Samples that suffered most</source>
        <translation>受损最重的样本</translation>
    </message>
    <message>
        <source>outputs</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>worst slice {0} dB</source>
        <translation>最差切片 {0} dB</translation>
    </message>
    <message>
        <source>Values of the output over the calibration data, counts logarithmic; what lies outside of the two lines is clipped. Below, the range of each channel against the one of the tensor.</source>
        <translation>校准数据上输出的数值，计数取对数；两条线之外的部分会被截断。下方：各通道的范围与整个张量的范围对照。</translation>
    </message>
    <message>
        <source>Worst layers, their outputs</source>
        <translation>最差的层及其输出</translation>
    </message>
    <message>
        <source>range {0} .. {1}</source>
        <translation>范围 {0} .. {1}</translation>
    </message>
    <message>
        <source>{0} dB alone</source>
        <translation>单独 {0} dB</translation>
    </message>
    <message>
        <source>{0} % clipped</source>
        <translation>截断 {0} %</translation>
    </message>
    <message>
        <source>histogram</source>
        <translation>直方图</translation>
    </message>
    <message>
        <source>ranges of channels</source>
        <translation>各通道的范围</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; cannot be int1: signs alone are for weights, choose uint1 for activations.</source>
        <translation>“{0}”不能为 int1：只有符号的类型用于权重，激活请选择 uint1。</translation>
    </message>
    <message>
        <source>Tensor &apos;{0}&apos; has no statistics: calibrate the model with this data first.</source>
        <translation>张量“{0}”没有统计：请先用这些数据校准模型。</translation>
    </message>
    <message>
        <source>What reads it is flat beyond this range.</source>
        <translation>读取它的部分在此范围之外是平的。</translation>
    </message>
    <message>
        <source>{0} asks for one encoding of &apos;{1}&apos; and {2} others, but {3}: it stays apart.</source>
        <translation>{0} 要求“{1}”与另外 {2} 个张量共用一种编码，但{3}：它单独保留。</translation>
    </message>
    <message>
        <source>its type differs</source>
        <translation>其类型不同</translation>
    </message>
    <message>
        <source>its scale is fixed</source>
        <translation>其缩放是固定的</translation>
    </message>
    <message>
        <source>{0} asks for one encoding of {1} tensors: &apos;{2}&apos; keeps {4} dB instead of {3}.</source>
        <translation>{0} 要求 {1} 个张量共用一种编码：“{2}”保留 {4} dB，而不是 {3}。</translation>
    </message>
    <message>
        <source>Mask constants end at {1} in &apos;{0}&apos; ({2} such tensors), where the Softmax gives zero.</source>
        <translation>“{0}”（共 {2} 个此类张量）中的掩码常量止于 {1}，Softmax 在那里给出零。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; looks like a state that is fed back from &apos;{1}&apos;, so it stays float: --set &apos;{0}:activations.bits=8&apos; makes it integer.</source>
        <translation>“{0}”看起来是从“{1}”反馈回来的状态，因此保持浮点：--set &apos;{0}:activations.bits=8&apos; 使其成为整数。</translation>
    </message>
    <message>
        <source>The weight &apos;{0}&apos; keeps 8 bits, since {1} gives rows of a table or scores: --set &apos;{0}:weights.bits=4&apos; gives it fewer.</source>
        <translation>权重“{0}”保持 8 位，因为 {1} 给出表的行或得分：--set &apos;{0}:weights.bits=4&apos; 可减少位数。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is no code</source>
        <translation>“{0}”不是编码</translation>
    </message>
    <message>
        <source>--outputs {0}</source>
        <translation>--outputs {0}</translation>
    </message>
    <message>
        <source>between codes, where {0} has {1}</source>
        <translation>位于编码之间，只要 {0} 有 {1}</translation>
    </message>
    <message>
        <source>--shape {0}={1}</source>
        <translation>--shape {0}={1}</translation>
    </message>
    <message>
        <source>The network cannot end at {0}: {1}.</source>
        <translation>网络不能在 {0} 处结束：{1}。</translation>
    </message>
    <message>
        <source>The statistics were collected on another model than {0}: calibrate this one.</source>
        <translation>统计是在 {0} 之外的另一个模型上收集的：请校准这个模型。</translation>
    </message>
    <message>
        <source>a batch norm before the tensor</source>
        <translation>张量之前的批归一化</translation>
    </message>
    <message>
        <source>the logits that a network puts out</source>
        <translation>网络输出的 logits</translation>
    </message>
    <message>
        <source>The method &apos;{0}&apos; suits no tensor that it is asked for, first &apos;{1}&apos;: it needs {2}.</source>
        <translation>方法“{0}”不适合任何一个要求使用它的张量（第一个是“{1}”）：它需要{2}。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; needs {1}: &apos;{2}&apos; chose the range of {3}, first &apos;{4}&apos;.</source>
        <translation>“{0}”需要{1}：{3}的范围改由“{2}”选择，第一个是“{4}”。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is a weight: &apos;dynamic&apos; is for activations only.</source>
        <translation>“{0}”是权重：“dynamic”只用于激活。</translation>
    </message>
    <message>
        <source>The setting &apos;{0}&apos; changes nothing: nothing of that name has codes it could be about.</source>
        <translation>设置“{0}”不起任何作用：该名称下没有可供设置的编码。</translation>
    </message>
    <message>
        <source>The setting &apos;{0}&apos; changes nothing: &apos;{1}&apos; is an output, which stays float unless --quantize-outputs says otherwise.</source>
        <translation>设置“{0}”不起任何作用：“{1}”是输出，除非给出 --quantize-outputs，否则保持浮点。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is {1}: value = (code - {3}) * {2}.</source>
        <translation>“{0}”为 {1}：值 = (编码 - {3}) * {2}。</translation>
    </message>
    <message>
        <source>The file {0} has no tensor &apos;{1}&apos;: end at one that it names.</source>
        <translation>文件 {0} 没有张量“{1}”：请在文件中有名字的张量处结束。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is {1}, the bytes of the image: value = (byte - {3}) * {2}.</source>
        <translation>“{0}”为 {1}，即图像的字节：值 = (字节 - {3}) * {2}。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is {1}, the bytes of the image less 128: value = (code - {3}) * {2}.</source>
        <translation>“{0}”为 {1}，即图像的字节减 128：值 = (编码 - {3}) * {2}。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; stays float in the file: it has no codes of 8 bits there.</source>
        <translation>“{0}”在文件中保持浮点：那里没有 8 位编码。</translation>
    </message>
    <message>
        <source>There is no input &apos;{0}&apos; to give a shape: choose {1}.</source>
        <translation>没有可指定形状的输入“{0}”：请选择 {1}。</translation>
    </message>
    <message>
        <source>Input &apos;{0}&apos; takes [{1}], which {2} does not fit.</source>
        <translation>输入“{0}”的形状为 [{1}]，与 {2} 不符。</translation>
    </message>
    <message>
        <source>No layer can be written with packed weights: {0}. Give products weights of 8 bits at most in blocks, as --weights int4 --granularity block:32.</source>
        <translation>没有哪一层能以打包的权重写出：{0}。请给乘积以分块且不超过 8 位的权重，例如 --weights int4 --granularity block:32。</translation>
    </message>
    <message>
        <source>what its types need</source>
        <translation>其类型所需</translation>
    </message>
    <message>
        <source>in which it is opened</source>
        <translation>打开时的版本</translation>
    </message>
    <message>
        <source>{0} cannot be written with opset {1}: choose one from {2} ({3}) to {4}.</source>
        <translation>{0} 无法以 opset {1} 写入：请选择 {2}（{3}）到 {4}。</translation>
    </message>
    <message>
        <source>{0} cannot be written with weights in blocks in opset {1}, of which onnxruntime knows no DequantizeLinear: choose weights per channel.</source>
        <translation>{0} 无法以 opset {1} 写入分块的权重，onnxruntime 在其中没有相应的 DequantizeLinear：请选择按通道的权重。</translation>
    </message>
    <message>
        <source>The model cannot be raised from opset {0} to {1}: {2}. Choose a lower one, which 8-bit types per tensor or per channel allow.</source>
        <translation>模型无法从 opset {0} 升到 {1}：{2}。请选择较低的 opset，按整个张量或按通道的 8 位类型允许这样做。</translation>
    </message>
    <message>
        <source>onnxruntime cannot run the model: {0}</source>
        <translation>onnxruntime 无法运行模型：{0}</translation>
    </message>
    <message>
        <source>onnxruntime cannot load the model: {0}</source>
        <translation>onnxruntime 无法加载模型：{0}</translation>
    </message>
    <message>
        <source>Channels come last in {0}, &apos;{1}&apos; the first.</source>
        <translation>{0}的通道在最后，第一个是“{1}”。</translation>
    </message>
    <message>
        <source>The dump has {0}, the data {1}.</source>
        <translation>转储有{0}，数据有 {1} 个。</translation>
    </message>
    <message>
        <source>the file has {0} and the float network {1}: they have to be the same.</source>
        <translation>该文件有{0}，而浮点网络有 {1} 个：两者必须相同。</translation>
    </message>
    <message>
        <source>Of values that stay float here: {0}, &apos;{1}&apos; the first.</source>
        <translation>属于在这里保持浮点的值：{0}，第一个是“{1}”。</translation>
    </message>
    <message>
        <source>Of values that the float model does not have: {0} of the file, &apos;{1}&apos; the first.</source>
        <translation>属于浮点模型中没有的值：文件中的{0}，第一个是“{1}”。</translation>
    </message>
    <message>
        <source>Half precision in {0} ({1} dB beside the same network in float32): on x86 that makes the file smaller, and slower to run.</source>
        <translation>{0}以半精度计算（与 float32 的同一网络相比 {1} dB）：在 x86 上文件变小，但运行更慢。</translation>
    </message>
    <message>
        <source>{0} left float32, since float16 cannot hold what is computed there: {1}.</source>
        <translation>{0}保持 float32，因为 float16 容纳不下其计算的数值：{1}。</translation>
    </message>
    <message>
        <source>{0} takes no zero points: &apos;{1}&apos; has one ({2}).</source>
        <translation>{0} 不接受零点：“{1}”有零点（{2}）。</translation>
    </message>
    <message>
        <source>{0} takes activations of {3} bits: &apos;{1}&apos; has others ({2}).</source>
        <translation>{0} 只接受 {3} 位激活：“{1}”不是（{2}）。</translation>
    </message>
    <message>
        <source>{0} takes scales that are powers of two: &apos;{1}&apos; has another ({2}).</source>
        <translation>{0} 只接受二的幂作为缩放：“{1}”不是（{2}）。</translation>
    </message>
    <message>
        <source>{0} takes one scale for a weight: &apos;{1}&apos; has several ({2}).</source>
        <translation>{0} 的每个权重只接受一个缩放：“{1}”有多个（{2}）。</translation>
    </message>
    <message>
        <source>{0} takes float biases: &apos;{1}&apos; has codes ({2}).</source>
        <translation>{0} 只接受浮点偏置：“{1}”为编码（{2}）。</translation>
    </message>
    <message>
        <source>{0} asks for one encoding around &apos;{1}&apos;: there are several ({2}).</source>
        <translation>{0} 要求“{1}”周围共用一种编码：现有多种（{2}）。</translation>
    </message>
    <message>
        <source>{0} fixes the scale of what &apos;{1}&apos; gives: it is another ({2}).</source>
        <translation>{0} 规定了“{1}”输出的缩放：现在不同（{2}）。</translation>
    </message>
    <message>
        <source>{0} asks for codes around nodes: &apos;{1}&apos; has floats ({2}), which {3} runs.</source>
        <translation>{0} 要求每个节点周围都是编码：“{1}”有浮点（{2}），由{3}运行。</translation>
    </message>
    <message>
        <source>{0} takes codes with a sign: &apos;{1}&apos; has none ({2}).</source>
        <translation>{0} 只接受有符号编码：“{1}”无符号（{2}）。</translation>
    </message>
    <message>
        <source>Ranges cannot be told from {0}, too few or too unlike each other: those of one half differ from those of the other by {1} and more in half of the tensors, most in &apos;{2}&apos;. More data helps before any other method does.</source>
        <translation>{0}太少或彼此差异太大，无法确定范围：有一半张量在两半样本间的范围相差 {1} 或更多，“{2}”最甚。更多数据比更换方法更有用。</translation>
    </message>
    <message>
        <source>Output on {0}: {1} dB.</source>
        <translation>{0}上的输出：{1} dB。</translation>
    </message>
    <message>
        <source>Compared on {0}.</source>
        <translation>在{0}上比较。</translation>
    </message>
    <message>
        <source>The plan gives &apos;{0}&apos; {1} scales, which needs {2}: it was made for another model.</source>
        <translation>方案为“{0}”给出了 {1} 个缩放因子，而它需要 {2} 个：该方案是为另一个模型制作的。</translation>
    </message>
    <message>
        <source>The same is so of {0} more.</source>
        <translation>另有{0}也是如此。</translation>
    </message>
    <message>
        <source>Values decide the shapes of {0}, first &apos;{1}&apos;: a device that needs fixed ones refuses these.</source>
        <translation>{0}的形状取决于数值，首先是“{1}”：需要固定形状的设备会拒绝。</translation>
    </message>
    <message>
        <source>Bytes of an image are not the codes of &apos;{0}&apos;: {1}.</source>
        <translation>图像的字节不是“{0}”的编码：{1}。</translation>
    </message>
    <message>
        <source>it is over 2 GB</source>
        <translation>它超过 2 GB</translation>
    </message>
    <message>
        <source>{0} loses at least {1} with the widths allowed on {2}, not {3}: allow more.</source>
        <translation>按 {2} 允许的位宽，{0} 至少损失 {1}，而不是 {3}：请允许更多。</translation>
    </message>
    <message>
        <source>A search has one limit: choose an SQNR, a size or a drop.</source>
        <translation>搜索只有一个限制：请选择 SQNR、大小或下降。</translation>
    </message>
    <message>
        <source>A limit of {0} cannot be kept: give a number above zero.</source>
        <translation>无法满足限制 {0}：请给出大于零的数。</translation>
    </message>
    <message>
        <source>The outputs of {0} are integers, which have no SQNR: ask for a drop (points of values that may change) or a size.</source>
        <translation>{0} 的输出是整数，没有 SQNR：请要求下降（允许改变的值的百分点）或大小。</translation>
    </message>
    <message>
        <source>{0} reaches at most {1} dB ({2} bytes) with the widths allowed on {3}, not {4} dB: ask for less.</source>
        <translation>按 {3} 允许的位宽，{0} 最多达到 {1} dB（{2} 字节），而不是 {4} dB：请降低要求。</translation>
    </message>
    <message>
        <source>The weights of {0} take at least {1} bytes with the widths allowed on {2}, not {3}: allow more.</source>
        <translation>按 {2} 允许的位宽，{0} 的权重至少占 {1} 字节，而不是 {3}：请允许更多。</translation>
    </message>
    <message>
        <source>{0} has no figure that is a share, so no drop can be counted: ask for an SQNR, or follow the figure of what the outputs are for (--judge task).</source>
        <translation>{0} 没有以比例表示的指标，因此无法计算下降：请要求 SQNR，或遵循输出用途的指标（--judge task）。</translation>
    </message>
    <message>
        <source>{0} of the metric</source>
        <translation>指标的 {0}</translation>
    </message>
    <message>
        <source>The order of blocks cannot be said: {0} are left out; take aimet-2.0.</source>
        <translation>无法说明块的顺序：{0} 未写入；请改用 aimet-2.0。</translation>
    </message>
    <message>
        <source>Blocks of these are said in a way that is not read here: {0}.</source>
        <translation>以下张量的块采用了这里不读取的写法：{0}。</translation>
    </message>
    <message>
        <source>These have no two ends, or some for each channel, and are not taken: {0}.</source>
        <translation>以下张量没有上下两端，或每个通道各有一组，未采用：{0}。</translation>
    </message>
    <message>
        <source>The scales of &apos;{0}&apos; are not all above zero and within float32.</source>
        <translation>“{0}”的缩放因子并非全部大于零且在 float32 之内。</translation>
    </message>
    <message>
        <source>The zero points of &apos;{0}&apos; do not fit its scales.</source>
        <translation>“{0}”的零点与其缩放因子不符。</translation>
    </message>
    <message>
        <source>The zero points of &apos;{0}&apos; do not fit its type.</source>
        <translation>“{0}”的零点与其类型不符。</translation>
    </message>
    <message>
        <source>The range of &apos;{0}&apos; is none: {1} to {2}.</source>
        <translation>“{0}”的范围无效：{1} 到 {2}。</translation>
    </message>
    <message>
        <source>These share the range of another here, which the table says otherwise: {0}.</source>
        <translation>以下张量在这里与其他张量共用范围，而表格所述不同：{0}。</translation>
    </message>
    <message>
        <source>Types of more than 16 bits are not taken: {0}.</source>
        <translation>不采用超过 16 位的类型：{0}。</translation>
    </message>
    <message>
        <source>A range for each channel of an activation is not taken: {0}.</source>
        <translation>不采用激活的逐通道范围：{0}。</translation>
    </message>
    <message>
        <source>These ranges hold nothing but zero: {0}.</source>
        <translation>以下范围只含零：{0}。</translation>
    </message>
    <message>
        <source>Scales of these lie along another axis than the layer&apos;s channels: {0}.</source>
        <translation>以下张量的缩放因子所在的轴不是该层的通道轴：{0}。</translation>
    </message>
    <message>
        <source>Scales of these weights are of the file as it is, and not of what opening folded into them: {0}. Give the network that export-encodings --save-model writes.</source>
        <translation>以下权重的缩放因子针对文件原样，而不是打开时折叠之后的权重：{0}。请使用 export-encodings --save-model 写出的网络。</translation>
    </message>
    <message>
        <source>The plan says how scales of these are chosen, so that those of the table are not taken: {0}.</source>
        <translation>方案已规定以下张量的缩放因子如何选取，因此不采用表格中的缩放因子：{0}。</translation>
    </message>
    <message>
        <source>These have no codes of their own here: {0}.</source>
        <translation>以下张量在这里没有自己的整数码：{0}。</translation>
    </message>
    <message>
        <source>Hailo has no layers of these widths, nor float ones: {0} are left out.</source>
        <translation>Hailo 没有这些位宽的层，也没有浮点层：{0} 未写入。</translation>
    </message>
    <message>
        <source>Some layers read these as floats here, where a table rounds them for all: {0}.</source>
        <translation>这里有些层以浮点读取以下张量，而表格会对所有层取整：{0}。</translation>
    </message>
    <message>
        <source>Left out, since opening folded what follows into these weights: {0}. Give the tool the network that --save-model writes, and this table has them all.</source>
        <translation>未写入，因为打开时已将后续部分折叠进以下权重：{0}。把 --save-model 写出的网络交给该工具，此表便包含全部权重。</translation>
    </message>
    <message>
        <source>ncnn takes 8 bits, a scale for each output channel and one input: {0} are left out.</source>
        <translation>ncnn 只接受 8 位、每个输出通道一个缩放因子以及一个输入：{0} 未写入。</translation>
    </message>
    <message>
        <source>onnxruntime&apos;s quantizer has no such width or blocks, so it decides by itself: {0}.</source>
        <translation>onnxruntime 的量化器没有这样的位宽或块，因此由它自行决定：{0}。</translation>
    </message>
    <message>
        <source>Reduced ranges and conversions between types are not taken: {0}.</source>
        <translation>不采用缩减范围和类型转换：{0}。</translation>
    </message>
    <message>
        <source>{0} is no table of ranges that is known here: {1}.</source>
        <translation>{0} 不是这里认识的范围表：{1}。</translation>
    </message>
    <message>
        <source>{0} holds over 64 MB: that is no table of ranges.</source>
        <translation>{0} 超过 64 MB：它不是范围表。</translation>
    </message>
    <message>
        <source>{0} cannot be read as {1}: {2}</source>
        <translation>{0} 无法按 {1} 读取：{2}</translation>
    </message>
    <message>
        <source>Here ranges are as wide below zero as above, so these lose up to a bit: {0}.</source>
        <translation>这里的范围在零的两侧同样宽，因此以下张量最多损失一位：{0}。</translation>
    </message>
    <message>
        <source>{0} has nothing for this model: {1}</source>
        <translation>{0} 没有与此模型相关的内容：{1}</translation>
    </message>
    <message>
        <source>it is empty.</source>
        <translation>它是空的。</translation>
    </message>
    <message>
        <source>The table says nothing of these, whose ranges come from the statistics: {0}.</source>
        <translation>表格未提及以下张量，其范围来自统计：{0}。</translation>
    </message>
    <message>
        <source>Names that are not in the model ({0}): {1}.</source>
        <translation>模型中没有的名称（{0} 个）：{1}。</translation>
    </message>
    <message>
        <source>What stands below &apos;{0}&apos; is not taken.</source>
        <translation>“{0}”以下的内容未采用。</translation>
    </message>
    <message>
        <source>the CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not a target: choose one of {1}.</source>
        <translation>“{0}”不是目标：请选择 {1} 之一。</translation>
    </message>
    <message>
        <source>the GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>{0} more reach that far, up to {1} times as far as others, in {2} (&apos;{3}&apos; most).</source>
        <translation>另有 {0} 达到如此之远，最多为其他样本的 {1} 倍，涉及 {2}（以“{3}”为最）。</translation>
    </message>
    <message>
        <source>There is no figure, output or slice &apos;{0}&apos; to judge by: choose {1}.</source>
        <translation>没有可用于评判的指标、输出或切片“{0}”：请选择 {1}。</translation>
    </message>
    <message>
        <source>{0} of &apos;{1}&apos; equal</source>
        <translation>“{1}”中 {0} 相同</translation>
    </message>
    <message>
        <source>{0} dB against the float model</source>
        <translation>与浮点模型相比 {0} dB</translation>
    </message>
    <message>
        <source>as {0}: {1} {2} beside the float model, {3}</source>
        <translation>作为 {0}：与浮点模型相比 {1} {2}，{3}</translation>
    </message>
    <message>
        <source>class {0} ({1})</source>
        <translation>类别 {0}（{1}）</translation>
    </message>
    <message>
        <source>{0} ({1})</source>
        <translation>{0}（{1}）</translation>
    </message>
    <message>
        <source>no class</source>
        <translation>无类别</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; gives {1}, no picture to hold to labels</source>
        <translation>“{0}”给出 {1}，不是可与标签对照的图片</translation>
    </message>
    <message>
        <source>A label is a picture of {0}x{1} pixels, &apos;{2}&apos; gives {3}x{4}: give pictures of that size.</source>
        <translation>标签是 {0}x{1} 像素的图片，而“{2}”给出 {3}x{4}：请提供该尺寸的图片。</translation>
    </message>
    <message>
        <source>{0} of class {1}, best {2}</source>
        <translation>{0} 个类别 {1}，最高 {2}</translation>
    </message>
    <message>
        <source>{0} boxes: {1}</source>
        <translation>{0} 个框：{1}</translation>
    </message>
    <message>
        <source>no box above {0}</source>
        <translation>没有高于 {0} 的框</translation>
    </message>
    <message>
        <source>{0}, {1} more</source>
        <translation>{0}，另有 {1} 个</translation>
    </message>
    <message>
        <source>{0} box: {1}</source>
        <translation>{0} 个框：{1}</translation>
    </message>
    <message>
        <source>{0}, {1}</source>
        <translation>{0}，{1}</translation>
    </message>
    <message>
        <source>class {0} {1}</source>
        <translation>类别 {0} {1}</translation>
    </message>
    <message>
        <source>alone dB</source>
        <translation>单独 dB</translation>
    </message>
    <message>
        <source>ours dB</source>
        <translation>我们的 dB</translation>
    </message>
    <message>
        <source>acc. dB</source>
        <translation>累计 dB</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>its range</source>
        <translation>它的范围</translation>
    </message>
    <message>
        <source>our range</source>
        <translation>我们的范围</translation>
    </message>
    <message>
        <source>clipped</source>
        <translation>截断</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Tensor</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>dumped as</source>
        <translation>转储名称</translation>
    </message>
    <message>
        <source>its values</source>
        <translation>其数值</translation>
    </message>
    <message>
        <source>{0} beside {1}</source>
        <translation>{0} 与 {1} 对照</translation>
    </message>
    <message>
        <source>No layer breaks.</source>
        <translation>没有层出问题。</translation>
    </message>
    <message>
        <source>Suspected: {0}</source>
        <translation>可疑：{0}</translation>
    </message>
    <message>
        <source>Not found in the file: {0} ({1}).</source>
        <translation>文件中未找到：{0}（{1}）。</translation>
    </message>
    <message>
        <source>Not read: {0}: {1}.</source>
        <translation>未读取：{0}：{1}。</translation>
    </message>
    <message>
        <source>It breaks first at {0}</source>
        <translation>最先出问题的是 {0}</translation>
    </message>
    <message>
        <source>Also: {0}</source>
        <translation>另外：{0}</translation>
    </message>
    <message>
        <source>Nothing breaks.</source>
        <translation>没有出错的地方。</translation>
    </message>
    <message>
        <source>Not in the model: {0}.</source>
        <translation>模型中没有：{0}。</translation>
    </message>
    <message>
        <source>Not dumped: {0}.</source>
        <translation>未转储：{0}。</translation>
    </message>
    <message>
        <source>Where it breaks</source>
        <translation>出错之处</translation>
    </message>
    <message>
        <source>Not compared</source>
        <translation>未比较的内容</translation>
    </message>
    <message>
        <source>What it is made of is right: {0}.</source>
        <translation>它的来源是正确的：{0}。</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>On {0} held out {1} surely gets worse, {2} -&gt; {3}. {4}</source>
        <translation>在留出的 {0} 上，{1} 确实变差：{2} -&gt; {3}。{4}</translation>
    </message>
    <message>
        <source>Observing {0} with {1} takes about {2} MB, and {3} MB for the loaded network.</source>
        <translation>用 {1} 观察 {0} 大约需要 {2} MB，另需 {3} MB 用于加载的网络。</translation>
    </message>
    <message>
        <source>More than the {0} MB allowed are needed all the same: less is not possible.</source>
        <translation>仍需超过所允许的 {0} MB；此处无法更少。</translation>
    </message>
    <message>
        <source>Sequences of steps are tried; none is begun after {0} s.</source>
        <translation>将试验步骤的各种顺序；{0} 秒后不再开始新的。</translation>
    </message>
    <message>
        <source>On samples that nothing was fitted to; what does harm there is undone, or was named.</source>
        <translation>在没有用于拟合的样本上；使其变差的步骤会被撤回，除非是指定的。</translation>
    </message>
    <message>
        <source>Done when the model was opened: {0}</source>
        <translation>打开模型时已完成：{0}</translation>
    </message>
    <message>
        <source>Nothing to do: {0}.</source>
        <translation>无事可做：{0}。</translation>
    </message>
    <message>
        <source>kept, harms</source>
        <translation>保留，有害</translation>
    </message>
    <message>
        <source>Statistics are of the float network, not of inference on rounded inputs.</source>
        <translation>统计量来自浮点网络，而不是对舍入后输入的推理。</translation>
    </message>
    <message>
        <source>Statistics are of inference on rounded inputs, not of the float network.</source>
        <translation>统计量来自对舍入后输入的推理，而不是浮点网络。</translation>
    </message>
    <message>
        <source>an input that is made of images</source>
        <translation>由图像构成的输入</translation>
    </message>
    <message>
        <source>What onnxruntime notes of the model cannot be read: its names have quotes, backslashes or line ends.</source>
        <translation>无法读取 onnxruntime 对模型的记录：其名称含有引号、反斜杠或换行。</translation>
    </message>
    <message>
        <source>Kernels on codes take longer than those on floats: {0}</source>
        <translation>编码上的内核比浮点内核更慢：{0}</translation>
    </message>
    <message>
        <source>Ranges are found anew at every run: of {0}</source>
        <translation>每次运行都重新求范围：{0}</translation>
    </message>
    <message>
        <source>Codes are turned from one scale to another: of {0}</source>
        <translation>编码从一种缩放转换为另一种：{0}</translation>
    </message>
    <message>
        <source>What is fed and given is turned into codes and back by {0}</source>
        <translation>输入与输出由{0}转换为编码再转回</translation>
    </message>
    <message>
        <source>onnxruntime adds {0} for kernels that want another order of axes</source>
        <translation>onnxruntime 为需要另一种轴顺序的内核添加了{0}</translation>
    </message>
    <message>
        <source>This CPU has no VNNI: products of 8-bit codes run at half speed ({0})</source>
        <translation>此 CPU 没有 VNNI：8 位编码的乘积以一半速度运行（{0}）</translation>
    </message>
    <message>
        <source>The float file merges these with the layers beside them, on codes they are run: {0}</source>
        <translation>浮点文件把它们与相邻层合并，在编码上则单独运行：{0}</translation>
    </message>
    <message>
        <source>onnxruntime has no integer kernel for {0}: it falls back to float and keeps {1}</source>
        <translation>onnxruntime 没有 {0} 的整数内核：它退回浮点并保留{1}</translation>
    </message>
    <message>
        <source>{0} keeps {1}: it cuts off what codes could hold</source>
        <translation>{0} 保留{1}：它截去了编码本可容纳的值</translation>
    </message>
    <message>
        <source>onnxruntime has no kernel for codes of 16 bits: in floats {0} keeps {1}</source>
        <translation>onnxruntime 没有 16 位编码的内核：{0} 以浮点计算并保留{1}</translation>
    </message>
    <message>
        <source>{0} falls back to float, since what it gives is not rounded, and keeps {1}</source>
        <translation>{0} 退回浮点，因为其输出未取整，并保留{1}</translation>
    </message>
    <message>
        <source>{0} falls back to float, since what it reads is not rounded, and keeps {1}</source>
        <translation>{0} 退回浮点，因为其输入未取整，并保留{1}</translation>
    </message>
    <message>
        <source>Weights alone are integers in {0}: they are turned into floats at every run</source>
        <translation>{0}中只有权重是整数：每次运行都转换为浮点</translation>
    </message>
    <message>
        <source>{0} only moves values but has another scale behind it than before, and keeps {1}</source>
        <translation>{0} 只移动数值，但其后的缩放与之前不同，并保留{1}</translation>
    </message>
    <message>
        <source>{0} falls back to float, since onnxruntime did not merge it with its {1}</source>
        <translation>{0} 退回浮点，因为 onnxruntime 没有把它与其{1}合并</translation>
    </message>
    <message>
        <source>What stays float between integers keeps {0}: {1}</source>
        <translation>整数之间保持浮点的部分保留{0}：{1}</translation>
    </message>
    <message>
        <source>{0} boxes of class {1}, best {2}</source>
        <translation>{0} 个类别 {1} 的框，最高 {2}</translation>
    </message>
    <message>
        <source>{0} numbers, length {1}</source>
        <translation>{0} 个数，长度 {1}</translation>
    </message>
    <message>
        <source>{0} above {1}, {2}</source>
        <translation>{0} 个高于 {1}，{2}</translation>
    </message>
    <message>
        <source>no anchor above {0}</source>
        <translation>没有高于 {0} 的锚框</translation>
    </message>
    <message>
        <source>There is no task &apos;{0}&apos;: choose {1}.</source>
        <translation>没有任务“{0}”：请选择 {1}。</translation>
    </message>
    <message>
        <source>The outputs do not fit the task {0}, which needs {1}: choose another --task, or leave it out to have it guessed.</source>
        <translation>输出不适合任务 {0}，它需要 {1}：请另选 --task，或省略以让程序推测。</translation>
    </message>
    <message>
        <source>A label has {0}, the output {1}: give the class of each step, -1 where it does not count.</source>
        <translation>标签有 {0}，输出有 {1}：请给出每一步的类别，不计入的写 -1。</translation>
    </message>
    <message>
        <source>Top-1</source>
        <translation>Top-1</translation>
    </message>
    <message>
        <source>Top-5</source>
        <translation>Top-5</translation>
    </message>
    <message>
        <source>Same answer</source>
        <translation>答案相同</translation>
    </message>
    <message>
        <source>Same decision</source>
        <translation>判定相同</translation>
    </message>
    <message>
        <source>Equal texts</source>
        <translation>文本相同</translation>
    </message>
    <message>
        <source>Exact texts</source>
        <translation>文本正确</translation>
    </message>
    <message>
        <source>Character error</source>
        <translation>字符错误率</translation>
    </message>
    <message>
        <source>CER</source>
        <translation>字错误率</translation>
    </message>
    <message>
        <source>WER</source>
        <translation>词错误率</translation>
    </message>
    <message>
        <source>Tokens until they differ</source>
        <translation>出现差异前的词元</translation>
    </message>
    <message>
        <source>First difference</source>
        <translation>首个差异</translation>
    </message>
    <message>
        <source>Equal sequences</source>
        <translation>序列相同</translation>
    </message>
    <message>
        <source>Token error</source>
        <translation>词元错误率</translation>
    </message>
    <message>
        <source>Boxes F1</source>
        <translation>检测框 F1</translation>
    </message>
    <message>
        <source>F1 at IoU 0.7</source>
        <translation>IoU 0.7 的 F1</translation>
    </message>
    <message>
        <source>F1 at IoU 0.9</source>
        <translation>IoU 0.9 的 F1</translation>
    </message>
    <message>
        <source>Anchors F1</source>
        <translation>锚框 F1</translation>
    </message>
    <message>
        <source>Score shift</source>
        <translation>得分偏移</translation>
    </message>
    <message>
        <source>Right decisions</source>
        <translation>判断正确</translation>
    </message>
    <message>
        <source>mAP 50</source>
        <translation>mAP 50</translation>
    </message>
    <message>
        <source>mAP 50 to 95</source>
        <translation>mAP 50–95</translation>
    </message>
    <message>
        <source>Same pixels</source>
        <translation>像素相同</translation>
    </message>
    <message>
        <source>Right pixels</source>
        <translation>像素正确</translation>
    </message>
    <message>
        <source>Mean IoU</source>
        <translation>平均 IoU</translation>
    </message>
    <message>
        <source>Mean IoU, labels</source>
        <translation>平均 IoU（标签）</translation>
    </message>
    <message>
        <source>Same neighbours</source>
        <translation>近邻相同</translation>
    </message>
    <message>
        <source>Spearman</source>
        <translation>Spearman</translation>
    </message>
    <message>
        <source>Recall at 10</source>
        <translation>前 10 召回率</translation>
    </message>
    <message>
        <source>Cosine</source>
        <translation>余弦相似度</translation>
    </message>
    <message>
        <source>PSNR</source>
        <translation>PSNR</translation>
    </message>
    <message>
        <source>PSNR, labels</source>
        <translation>PSNR（标签）</translation>
    </message>
    <message>
        <source>SSIM, labels</source>
        <translation>SSIM（标签）</translation>
    </message>
    <message>
        <source>Relative error</source>
        <translation>相对误差</translation>
    </message>
    <message>
        <source>classification</source>
        <translation>分类</translation>
    </message>
    <message>
        <source>detection</source>
        <translation>检测</translation>
    </message>
    <message>
        <source>segmentation</source>
        <translation>分割</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>generation</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>embedding</source>
        <translation>嵌入</translation>
    </message>
    <message>
        <source>sequence</source>
        <translation>序列</translation>
    </message>
    <message>
        <source>dense</source>
        <translation>稠密</translation>
    </message>
    <message>
        <source>Output &apos;{0}&apos; is a list whose length or order depends on values: each row is compared with the nearest one, and a row that only one of both networks has is an error.</source>
        <translation>输出“{0}”是长度或顺序取决于数值的列表：每一行与最接近的一行比较，只有一方网络才有的行计为误差。</translation>
    </message>
    <message>
        <source>The float network gives NaN at output &apos;{0}&apos;: figures are of the other values.</source>
        <translation>浮点网络在输出“{0}”处给出 NaN：各项数字只针对其余数值。</translation>
    </message>
    <message>
        <source>its scales or codes are none of this network</source>
        <translation>其比例因子或整数码不属于此网络</translation>
    </message>
    <message>
        <source>Training learns from data: give --data.</source>
        <translation>训练从数据学习：请给出 --data。</translation>
    </message>
    <message>
        <source>--recover fits and checks its steps on data: give --data.</source>
        <translation>--recover 在数据上拟合并检验其步骤：请给出 --data。</translation>
    </message>
    <message>
        <source>Input &apos;{0}&apos; shall be {1} in the file, but {2} gives {3}: prepare the data so.</source>
        <translation>文件中输入“{0}”应为 {1}，但 {2} 给出 {3}：请相应地准备数据。</translation>
    </message>
    <message>
        <source>Training knows no grid without zero: leave the step &apos;midrise&apos; or training out.</source>
        <translation>训练不支持没有零的网格：请去掉步骤“midrise”或训练。</translation>
    </message>
    <message>
        <source>A plan is judged on data: give --data.</source>
        <translation>方案在数据上评判：请给出 --data。</translation>
    </message>
    <message>
        <source>The plan has version {0}; this program reads {1} and {2}.</source>
        <translation>方案的版本为 {0}；本程序读取 {1} 和 {2}。</translation>
    </message>
    <message>
        <source>Ranges found while running (&apos;{0}&apos;) have no width to search: give the activations a type such as uint8.</source>
        <translation>运行时求得的范围（“{0}”）没有可搜索的位宽：请为激活指定类型，例如 uint8。</translation>
    </message>
    <message>
        <source>No layer of {0} has a choice of widths on {1} under this plan: see `quantengine inspect` for what can be quantized.</source>
        <translation>按此方案，{0} 没有一层在 {1} 上可选择位宽：哪些可量化见 `quantengine inspect`。</translation>
    </message>
    <message>
        <source>No error of {0} can be measured on these samples: {1}. {2}</source>
        <translation>在这些样本上无法测量 {0} 的误差：{1}。{2}</translation>
    </message>
    <message>
        <source>This plan has no ranges to choose: give the activations an integer type.</source>
        <translation>该方案没有要选择的范围：请为激活指定整数类型。</translation>
    </message>
    <message>
        <source>there is no such layer; see inspect.</source>
        <translation>没有这样的层；见 inspect。</translation>
    </message>
    <message>
        <source>Layer &apos;{0}&apos; cannot be swept: {1}</source>
        <translation>无法扫描层“{0}”：{1}</translation>
    </message>
    <message>
        <source>it stays float ({0}).</source>
        <translation>它保持浮点（{0}）。</translation>
    </message>
    <message>
        <source>A metric that is a function here cannot be told again: give its file to keep a checkpoint.</source>
        <translation>此处的函数度量无法再次说明：请给出其文件以保留检查点。</translation>
    </message>
    <message>
        <source>The checkpoint {0} belongs to another model, data or settings, or to other statistics: delete it or choose another name.</source>
        <translation>检查点 {0} 属于另一个模型、数据、设置或统计：请删除它或另取名称。</translation>
    </message>
    <message>
        <source>A curve over widths judges on data: give --data.</source>
        <translation>位宽曲线在数据上评判：请给出 --data。</translation>
    </message>
    <message>
        <source>a curve over widths needs more than {0} samples: one in five judges, and at least four must teach</source>
        <translation>位宽曲线需要多于 {0} 个样本：五分之一用于评判，且至少四个用于训练</translation>
    </message>
    <message>
        <source>Ranges of activations are chosen from data: give --data or --stats, or quantize weights only with --activations float.</source>
        <translation>激活的范围由数据选择：请给出 --data 或 --stats，或用 --activations float 只量化权重。</translation>
    </message>
    <message>
        <source>{0} piece</source>
        <translation>{0} 段</translation>
    </message>
    <message>
        <source>{0} pieces</source>
        <translation>{0} 段</translation>
    </message>
    <message>
        <source>{0} sequence</source>
        <translation>{0} 个序列</translation>
    </message>
    <message>
        <source>{0} sequences</source>
        <translation>{0} 个序列</translation>
    </message>
    <message>
        <source>{0} array</source>
        <translation>{0} 个数组</translation>
    </message>
    <message>
        <source>{0} arrays</source>
        <translation>{0} 个数组</translation>
    </message>
    <message>
        <source>{0} range</source>
        <translation>{0} 个范围</translation>
    </message>
    <message>
        <source>{0} ranges</source>
        <translation>{0} 个范围</translation>
    </message>
    <message>
        <source>{0} draw</source>
        <translation>{0} 次抽样</translation>
    </message>
    <message>
        <source>{0} draws</source>
        <translation>{0} 次抽样</translation>
    </message>
    <message>
        <source>{0} dead channel</source>
        <translation>{0} 个死通道</translation>
    </message>
    <message>
        <source>{0} dead channels</source>
        <translation>{0} 个死通道</translation>
    </message>
    <message>
        <source>{0} outlying channel</source>
        <translation>{0} 个离群通道</translation>
    </message>
    <message>
        <source>{0} outlying channels</source>
        <translation>{0} 个离群通道</translation>
    </message>
    <message>
        <source>{0} conversion</source>
        <translation>{0} 次转换</translation>
    </message>
    <message>
        <source>{0} conversions</source>
        <translation>{0} 次转换</translation>
    </message>
    <message>
        <source>{0} weight</source>
        <translation>{0} 个权重</translation>
    </message>
    <message>
        <source>{0} weights</source>
        <translation>{0} 个权重</translation>
    </message>
    <message>
        <source>{0} group</source>
        <translation>{0} 组</translation>
    </message>
    <message>
        <source>{0} groups</source>
        <translation>{0} 组</translation>
    </message>
    <message>
        <source>{0} setting</source>
        <translation>{0} 项设置</translation>
    </message>
    <message>
        <source>{0} settings</source>
        <translation>{0} 项设置</translation>
    </message>
    <message>
        <source>{0}; time did not suffice for {1}</source>
        <translation>{0}；{1} 层时间不够</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is shared: rounded where it is used first.</source>
        <translation>“{0}”是共享的：在首次使用处舍入。</translation>
    </message>
    <message>
        <source>No layer could be rounded</source>
        <translation>没有可舍入的层</translation>
    </message>
    <message>
        <source>the statistics know nothing of its channels</source>
        <translation>统计中没有它的通道信息</translation>
    </message>
    <message>
        <source>The channels of {0} of products were made alike.</source>
        <translation>已使乘积的 {0} 的各通道相近。</translation>
    </message>
    <message>
        <source>No input of a product could be smoothed</source>
        <translation>没有可平滑的乘积输入</translation>
    </message>
    <message>
        <source>Not tried: every channel of the weights has its own scale.</source>
        <translation>未尝试：权重的每个通道都有自己的缩放因子。</translation>
    </message>
    <message>
        <source>Not tried: {0} bits lose little to rounding.</source>
        <translation>未尝试：{0} 位因舍入损失很小。</translation>
    </message>
    <message>
        <source>{0} folded into the layers beside them.</source>
        <translation>{0}已折叠进相邻的层。</translation>
    </message>
    <message>
        <source>No tensor has one range for parts that differ very much.</source>
        <translation>没有张量让大小相差很大的部分共用一个范围。</translation>
    </message>
    <message>
        <source>No layer has weights as integers.</source>
        <translation>没有层的权重是整数。</translation>
    </message>
    <message>
        <source>The plan gives activations no range.</source>
        <translation>方案没有给激活值范围。</translation>
    </message>
    <message>
        <source>Not tried: rounding has matched the biases already.</source>
        <translation>未尝试：舍入时已匹配偏置。</translation>
    </message>
    <message>
        <source>The model has nothing to fold, or was opened without folding.</source>
        <translation>模型没有可折叠的内容，或打开时未折叠。</translation>
    </message>
    <message>
        <source>No method does better than &apos;{0}&apos;.</source>
        <translation>没有方法比“{0}”更好。</translation>
    </message>
    <message>
        <source>Activations take the method &apos;{0}&apos;.</source>
        <translation>激活值采用方法“{0}”。</translation>
    </message>
    <message>
        <source>No other range disturbs the output less.</source>
        <translation>没有其他范围对输出扰动更小。</translation>
    </message>
    <message>
        <source>{0} took the range that disturbs the output least.</source>
        <translation>{0}采用了对输出扰动最小的范围。</translation>
    </message>
    <message>
        <source>{0} is left as it is: its inputs hold values that are no numbers.</source>
        <translation>{0} 保持原样：其输入含有非数值。</translation>
    </message>
    <message>
        <source>set by hand</source>
        <translation>手动设定</translation>
    </message>
    <message>
        <source>Only 8 bits and float are searched: {0}</source>
        <translation>只搜索 8 位和浮点：{0}</translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}：{1}</translation>
    </message>
    <message>
        <source>&apos;{0}&apos;: {1} values from {2} down are mask constants, which its range leaves out.</source>
        <translation>“{0}”：{1} 个不大于 {2} 的值是掩码常数，其范围不包含它们。</translation>
    </message>
    <message>
        <source>Sample &apos;{0}&apos; reaches up to {1} times as far as others, in {2} (&apos;{3}&apos; most): look at it.</source>
        <translation>样本“{0}”的取值最多是其他样本的 {1} 倍，涉及 {2}（“{3}”最甚）：请查看。</translation>
    </message>
    <message>
        <source>The output &apos;{0}&apos; is read by &apos;{1}&apos; too, as codes: it is rounded for that.</source>
        <translation>输出“{0}”也被“{1}”以编码读取，因此被舍入。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; has one range for parts that differ by more than 16 times: {1}. The smallest are left with few codes.</source>
        <translation>“{0}”让相差 16 倍以上的部分共用一个范围：{1}。最小的部分只剩很少的编码。</translation>
    </message>
    <message>
        <source>{0} and {1} more</source>
        <translation>{0} 及另外 {1} 个</translation>
    </message>
    <message>
        <source>Of what the {1} &apos;{0}&apos; sums to, {2} lies below half a step of 8 bits: 16 bits would keep it.</source>
        <translation>{1}“{0}”的总和中有 {2} 低于 8 位步长的一半：16 位可以保留。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; adds values of different size, {1} and {2}: the smaller keep few codes.</source>
        <translation>“{0}”把大小不同的值相加，{1} 与 {2}：较小的只剩很少的编码。</translation>
    </message>
    <message>
        <source>The float model is right on {0} of {1} labelled samples, which guessing among {2} classes gives too: wrong preprocessing or labels?</source>
        <translation>浮点模型在 {1} 个有标签的样本中对了 {0} 个，在 {2} 个类别中猜也有这么多：预处理或标签有误？</translation>
    </message>
    <message>
        <source>{0} It was led around.</source>
        <translation>{0}已绕开。</translation>
    </message>
    <message>
        <source>{0} file</source>
        <translation>{0} 个文件</translation>
    </message>
    <message>
        <source>{0} files</source>
        <translation>{0} 个文件</translation>
    </message>
    <message>
        <source>{0} row</source>
        <translation>{0} 行</translation>
    </message>
    <message>
        <source>{0} rows</source>
        <translation>{0} 行</translation>
    </message>
    <message>
        <source>{0} text</source>
        <translation>{0} 条文本</translation>
    </message>
    <message>
        <source>{0} texts</source>
        <translation>{0} 条文本</translation>
    </message>
    <message>
        <source>{0} sample</source>
        <translation>{0} 个样本</translation>
    </message>
    <message>
        <source>{0} samples</source>
        <translation>{0} 个样本</translation>
    </message>
    <message>
        <source>{0} batch norm</source>
        <translation>{0} 个批归一化</translation>
    </message>
    <message>
        <source>{0} batch norms</source>
        <translation>{0} 个批归一化</translation>
    </message>
    <message>
        <source>{0} tensor</source>
        <translation>{0} 个张量</translation>
    </message>
    <message>
        <source>{0} tensors</source>
        <translation>{0} 个张量</translation>
    </message>
    <message>
        <source>{0} worker</source>
        <translation>{0} 个工作线程</translation>
    </message>
    <message>
        <source>{0} workers</source>
        <translation>{0} 个工作线程</translation>
    </message>
    <message>
        <source>{0} channel</source>
        <translation>{0} 个通道</translation>
    </message>
    <message>
        <source>{0} channels</source>
        <translation>{0} 个通道</translation>
    </message>
    <message>
        <source>{0} layer</source>
        <translation>{0} 层</translation>
    </message>
    <message>
        <source>{0} layers</source>
        <translation>{0} 层</translation>
    </message>
    <message>
        <source>{0} input</source>
        <translation>{0} 个输入</translation>
    </message>
    <message>
        <source>{0} inputs</source>
        <translation>{0} 个输入</translation>
    </message>
    <message>
        <source>{0} node</source>
        <translation>{0} 个节点</translation>
    </message>
    <message>
        <source>{0} nodes</source>
        <translation>{0} 个节点</translation>
    </message>
    <message>
        <source>{0} activation</source>
        <translation>{0} 个激活值</translation>
    </message>
    <message>
        <source>{0} activations</source>
        <translation>{0} 个激活值</translation>
    </message>
    <message>
        <source>{0} class</source>
        <translation>{0} 个类别</translation>
    </message>
    <message>
        <source>{0} classes</source>
        <translation>{0} 个类别</translation>
    </message>
    <message>
        <source>{0} anchor</source>
        <translation>{0} 个锚框</translation>
    </message>
    <message>
        <source>{0} anchors</source>
        <translation>{0} 个锚框</translation>
    </message>
    <message>
        <source>{0} step</source>
        <translation>{0} 步</translation>
    </message>
    <message>
        <source>{0} steps</source>
        <translation>{0} 步</translation>
    </message>
    <message>
        <source>{0} outlier</source>
        <translation>{0} 个离群通道</translation>
    </message>
    <message>
        <source>{0} outliers</source>
        <translation>{0} 个离群通道</translation>
    </message>
    <message>
        <source>{0} value</source>
        <translation>{0} 个值</translation>
    </message>
    <message>
        <source>{0} values</source>
        <translation>{0} 个值</translation>
    </message>
    <message>
        <source>{0} plan</source>
        <translation>{0} 个方案</translation>
    </message>
    <message>
        <source>{0} plans</source>
        <translation>{0} 个方案</translation>
    </message>
    <message>
        <source>{0} bit</source>
        <translation>{0} 位</translation>
    </message>
    <message>
        <source>{0} bits</source>
        <translation>{0} 位</translation>
    </message>
</context>
<context>
    <name>text</name>
    <message>
        <source>unknown shape</source>
        <translation>形状未知</translation>
    </message>
</context>
<context>
    <name>views</name>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Distribution</source>
        <translation>分布</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>Methods</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>Integer</source>
        <translation>整数</translation>
    </message>
    <message>
        <source>Graph</source>
        <translation>图</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>总览</translation>
    </message>
    <message>
        <source>Error along the network</source>
        <translation>沿网络的误差</translation>
    </message>
    <message>
        <source>Samples that suffered most</source>
        <translation>受损最重的样本</translation>
    </message>
    <message>
        <source>Worst layers, their outputs</source>
        <translation>最差的层及其输出</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Error over the sample</source>
        <translation>样本上的误差</translation>
    </message>
    <message>
        <source>Weights, channel by channel</source>
        <translation>逐通道权重</translation>
    </message>
    <message>
        <source>What recovery did here</source>
        <translation>修复在此做了什么</translation>
    </message>
    <message>
        <source>Improve</source>
        <translation>改进</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>修复</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Methods of all layers</source>
        <translation>所有层的方法</translation>
    </message>
    <message>
        <source>Widths</source>
        <translation>位宽</translation>
    </message>
    <message>
        <source>Fine-tune</source>
        <translation>微调</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Plans and files</source>
        <translation>方案与文件</translation>
    </message>
    <message>
        <source>Two layers side by side</source>
        <translation>两层并排</translation>
    </message>
    <message>
        <source>Whether the data tells the ranges</source>
        <translation>数据能否确定范围</translation>
    </message>
    <message>
        <source>What each layer takes</source>
        <translation>每一层的耗时</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
</context>
</TS>
